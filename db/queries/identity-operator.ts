import { and, asc, eq } from "drizzle-orm";
import type { Db } from "../client.ts";
import { session, type UserRow, user } from "../schema/identity.ts";

/** More operators than this no deployment has; a list needs an end. */
export const operators_max = 100;

/** Everybody who runs this deployment, by address. */
export function listOperators(db: Db): Promise<UserRow[]> {
  return db
    .select()
    .from(user)
    .where(eq(user.operator, true))
    .orderBy(asc(user.email))
    .limit(operators_max);
}

/** The account with this address; guests have none that anybody could name. */
export async function findAccountByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(user)
    .where(and(eq(user.email, email), eq(user.isAnonymous, false)))
    .limit(1);
  return row;
}

/**
 * Makes an account an operator's, or ends that.
 * @returns the account as it is now with the tokens of its sessions; undefined if there is none
 */
export async function setOperator(
  db: Db,
  userId: string,
  operator: boolean,
): Promise<{ account: UserRow; tokens: readonly string[] } | undefined> {
  const [accounts, sessions] = await db.batch([
    db.update(user).set({ operator }).where(eq(user.id, userId)).returning(),
    db
      .select({ token: session.token })
      .from(session)
      .where(eq(session.userId, userId))
      .limit(1_000),
  ]);
  const [account] = accounts;
  return account && { account, tokens: sessions.map(({ token }) => token) };
}
