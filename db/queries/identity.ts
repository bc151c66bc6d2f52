import { and, asc, count, desc, eq, gt, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Db } from "../client.ts";
import { rowCountOf } from "../row-count.ts";
import {
  account,
  apiKey,
  erasureReceipt,
  invitation,
  member,
  organization,
  type SessionRow,
  session,
  type UserRow,
  user,
  verification,
} from "../schema/identity.ts";

/** More sessions of one person than this are not listed; nobody has them but by accident. */
const sessions_max = 1_000;

/** A session that has not expired, with its user; or undefined. One round trip. */
export async function findSession(
  db: Db,
  token: string,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const [row] = await db
    .select({ session, user })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(and(eq(session.token, token), gt(session.expiresAt, sql`now()`)))
    .limit(1);
  return row;
}

/** The sessions of one person that have not expired, the newest first. */
export function listSessions(db: Db, userId: string): Promise<SessionRow[]> {
  return db
    .select()
    .from(session)
    .where(and(eq(session.userId, userId), gt(session.expiresAt, sql`now()`)))
    .orderBy(desc(session.createdAt), desc(session.id))
    .limit(sessions_max);
}

/** Ends one session, whoever's it is. */
export async function deleteSession(db: Db, token: string) {
  await db.delete(session).where(eq(session.token, token));
}

/** Ends sessions of one person by their tokens. */
export async function deleteSessions(db: Db, userId: string, tokens: readonly string[]) {
  if (tokens.length === 0) return;
  await db
    .delete(session)
    .where(and(eq(session.userId, userId), inArray(session.token, [...tokens])));
}

/** A person's organizations with their role in each, the oldest first. */
export function listOrganizations(db: Db, userId: string) {
  return db
    .select({ organization, role: member.role })
    .from(member)
    .innerJoin(organization, eq(organization.id, member.organizationId))
    .where(eq(member.userId, userId))
    .orderBy(asc(organization.createdAt), asc(organization.id))
    .limit(500);
}

/** A person's role in an organization, or undefined when they have none. */
export async function findRole(
  db: Db,
  organizationId: string,
  userId: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ role: member.role })
    .from(member)
    .where(and(eq(member.organizationId, organizationId), eq(member.userId, userId)))
    .limit(1);
  return row?.role;
}

/** An organization with its members and its open invitations, in one transaction's view. */
export async function findOrganization(db: Db, organizationId: string) {
  const [organizations, members, invitations] = await db.batch([
    db.select().from(organization).where(eq(organization.id, organizationId)),
    db
      .select({ member, name: user.name, email: user.email })
      .from(member)
      .innerJoin(user, eq(user.id, member.userId))
      .where(eq(member.organizationId, organizationId))
      .orderBy(asc(member.createdAt), asc(member.id))
      .limit(500),
    db
      .select()
      .from(invitation)
      .where(
        and(
          eq(invitation.organizationId, organizationId),
          eq(invitation.status, "pending"),
          gt(invitation.expiresAt, sql`now()`),
        ),
      )
      .orderBy(asc(invitation.createdAt), asc(invitation.id))
      .limit(500),
  ]);
  const [found] = organizations;
  return found === undefined ? undefined : { organization: found, members, invitations };
}

/** An open invitation with the name of its organization. */
export async function findInvitation(db: Db, id: string) {
  const [row] = await db
    .select({ invitation, organizationName: organization.name })
    .from(invitation)
    .innerJoin(organization, eq(organization.id, invitation.organizationId))
    .where(
      and(
        eq(invitation.id, id),
        eq(invitation.status, "pending"),
        gt(invitation.expiresAt, sql`now()`),
      ),
    )
    .limit(1);
  return row;
}

/**
 * The key with this hash, if it may be used; notes that it was used now. One round trip.
 */
export async function useApiKey(db: Db, keyHash: string) {
  const [row] = await db
    .update(apiKey)
    .set({ lastRequest: sql`now()` })
    .where(
      and(
        eq(apiKey.key, keyHash),
        eq(apiKey.enabled, true),
        or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, sql`now()`)),
      ),
    )
    .returning({
      id: apiKey.id,
      configId: apiKey.configId,
      referenceId: apiKey.referenceId,
      permissions: apiKey.permissions,
      expiresAt: apiKey.expiresAt,
    });
  return row;
}

/** Keys of a person or of an organization, the newest first. */
export function listApiKeys(db: Db, referenceIds: readonly string[]) {
  return db
    .select()
    .from(apiKey)
    .where(inArray(apiKey.referenceId, [...referenceIds]))
    .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
    .limit(1_000);
}

export async function countApiKeys(db: Db, referenceId: string): Promise<number> {
  const [row] = await db
    .select({ keys: count() })
    .from(apiKey)
    .where(eq(apiKey.referenceId, referenceId));
  return row?.keys ?? 0;
}

export async function findApiKey(db: Db, id: string) {
  const [row] = await db.select().from(apiKey).where(eq(apiKey.id, id)).limit(1);
  return row;
}

/** @returns false when somebody else deleted it already */
export async function deleteApiKey(db: Db, id: string): Promise<boolean> {
  const rows = await db.delete(apiKey).where(eq(apiKey.id, id)).returning({ id: apiKey.id });
  return rows.length > 0;
}

/** The encoded hash of a person's password; undefined for those who have none. */
export async function findPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ password: account.password })
    .from(account)
    .where(and(eq(account.userId, userId), eq(account.providerId, "credential")))
    .limit(1);
  return row?.password ?? undefined;
}

/** Puts a new hash of the same password in the old one's place, unless it has changed meanwhile. */
export async function replacePasswordHash(db: Db, userId: string, old: string, hash: string) {
  await db
    .update(account)
    .set({ password: hash })
    .where(
      and(
        eq(account.userId, userId),
        eq(account.providerId, "credential"),
        eq(account.password, old),
      ),
    );
}

export async function isEmailTaken(db: Db, email: string): Promise<boolean> {
  const rows = await db.select({ id: user.id }).from(user).where(eq(user.email, email)).limit(1);
  return rows.length > 0;
}

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(user).where(eq(user.id, id)).limit(1);
  return row;
}

/**
 * Removes a user whose sign-up broke off between its two rows, so that the address is free again.
 * @returns whether there was one
 */
export async function deleteHalfMadeUser(db: Db, email: string): Promise<boolean> {
  const rows = await db
    .delete(user)
    .where(
      and(
        eq(user.email, email),
        eq(user.isAnonymous, false),
        lt(user.createdAt, sql`now() - interval '1 minute'`),
        sql`not exists (select 1 from ${account} where ${account.userId} = ${user.id})`,
      ),
    )
    .returning({ id: user.id });
  return rows.length > 0;
}

/** Organizations of which a person is the only owner, with how many others are in each. */
export async function listSolelyOwned(
  db: Db,
  userId: string,
): Promise<{ id: string; name: string; others: number }[]> {
  const mine = sql`${organization.id} in (select organization_id from ${member} where user_id = ${userId} and role = 'owner')`;
  return await db
    .select({
      id: organization.id,
      name: organization.name,
      others: sql<number>`(count(*) filter (where ${member.userId} <> ${userId}))::int`,
    })
    .from(organization)
    .innerJoin(member, eq(member.organizationId, organization.id))
    .where(mine)
    .groupBy(organization.id, organization.name)
    .having(
      sql`count(*) filter (where ${member.role} = 'owner' and ${member.userId} <> ${userId}) = 0`,
    );
}

export async function findErasureReceipt(db: Db, id: string) {
  const [row] = await db.select().from(erasureReceipt).where(eq(erasureReceipt.id, id)).limit(1);
  return row;
}

export async function noteErasedRows(db: Db, id: string, rows: Readonly<Record<string, number>>) {
  await db.update(erasureReceipt).set({ rows }).where(eq(erasureReceipt.id, id));
}

/** Statements that delete what people have made that does not go with their row by itself. */
export type DeleteMadeBy = (db: Db, userIds: SQL) => readonly BatchItem<"pg">[];

/**
 * Takes away what has expired: sessions, single-use tokens, invitations, and guests who have had no
 * session for a while. A guest's data go with them. For a schedule, once a day.
 * @param deleteMadeBy for what guests have made
 */
export async function sweepIdentity(db: Db, guestIdle_days: number, deleteMadeBy: DeleteMadeBy) {
  const idle = and(
    eq(user.isAnonymous, true),
    lt(user.createdAt, sql`now() - make_interval(days => ${guestIdle_days})`),
    sql`not exists (select 1 from ${session} where ${session.userId} = ${user.id})`,
  );
  const theirs = sql`(select ${user.id} from ${user} where ${idle})`;
  const results: readonly unknown[] = await db.batch([
    db.delete(session).where(lt(session.expiresAt, sql`now()`)),
    db.delete(verification).where(lt(verification.expiresAt, sql`now()`)),
    db.delete(invitation).where(lt(invitation.expiresAt, sql`now() - interval '30 days'`)),
    // Those whose last session has just gone are among them.
    ...deleteMadeBy(db, theirs),
    db.delete(user).where(idle),
  ]);
  const [sessions, tokens, invitations] = results;
  return {
    sessions: rowCountOf(sessions),
    tokens: rowCountOf(tokens),
    invitations: rowCountOf(invitations),
    guests: rowCountOf(results.at(-1)),
  };
}
