import { eq, inArray, or } from "drizzle-orm";
import type { Db } from "../client.ts";
import {
  account,
  apiKey,
  erasureReceipt,
  invitation,
  member,
  organization,
  session,
  user,
  verification,
} from "../schema/identity.ts";

/**
 * Statements that take away everything accounts keep of a person and of organizations, children
 * before parents, so that each table's rows are counted where they stand.
 */
export function eraseStatements(
  db: Db,
  userId: string | undefined,
  organizationIds: readonly string[],
) {
  const organizations = [...organizationIds];
  // A person who is nobody matches no row; ids are never empty.
  const person = userId ?? "";
  const address = db.select({ email: user.email }).from(user).where(eq(user.id, person));
  return [
    {
      table: "api_key",
      statement: db.delete(apiKey).where(inArray(apiKey.referenceId, [person, ...organizations])),
    },
    {
      table: "invitation",
      statement: db
        .delete(invitation)
        .where(
          or(
            eq(invitation.inviterId, person),
            inArray(invitation.email, address),
            inArray(invitation.organizationId, ["", ...organizations]),
          ),
        ),
    },
    {
      table: "member",
      statement: db
        .delete(member)
        .where(
          or(eq(member.userId, person), inArray(member.organizationId, ["", ...organizations])),
        ),
    },
    {
      table: "organization",
      statement: db.delete(organization).where(inArray(organization.id, ["", ...organizations])),
    },
    { table: "session", statement: db.delete(session).where(eq(session.userId, person)) },
    { table: "account", statement: db.delete(account).where(eq(account.userId, person)) },
    {
      table: "verification",
      statement: db.delete(verification).where(eq(verification.value, person)),
    },
    { table: "user", statement: db.delete(user).where(eq(user.id, person)) },
  ];
}

export function insertReceipt(db: Db, id: string, erasedAt: Date) {
  return db.insert(erasureReceipt).values({ id, erasedAt });
}
