import type { Db } from "../../db/client.ts";
import {
  findPasswordHash,
  listApiKeys,
  listSessions,
  listSolelyOwned,
  noteErasedRows,
} from "../../db/queries/identity.ts";
import { eraseStatements, insertReceipt } from "../../db/queries/identity-erase.ts";
import { rowCountOf } from "../../db/row-count.ts";
import type { ErasureReceipt } from "../../protocol/identity/account.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import type { DataOwner, ErasedSubject, Statement } from "./data-owner.ts";

/**
 * Erases a person or an organization in one transaction: first what modules keep, then accounts.
 * @returns how many rows went, by table
 * @throws the database's error; nothing is erased then
 */
export async function erase(
  db: Db,
  owners: readonly DataOwner[],
  subject: ErasedSubject,
  receipt?: { readonly id: string; readonly statement: Statement },
): Promise<Readonly<Record<string, number>>> {
  const own = eraseStatements(db, subject.userId, subject.organizationIds);
  const all = [...owners.flatMap((owner) => owner.erase(db, subject, receipt?.id ?? null)), ...own];
  const [first, ...rest] = [
    ...all.map(({ statement }) => statement),
    ...(receipt ? [receipt.statement] : []),
  ];
  if (first === undefined) return {};
  const results: readonly unknown[] = await db.batch([first, ...rest]);
  const rows: Record<string, number> = {};
  for (const [at, { table }] of all.entries())
    rows[table] = (rows[table] ?? 0) + rowCountOf(results[at]);
  return rows;
}

/**
 * Whose data go when a person does: theirs, and those of organizations that have nobody else.
 * @throws ProblemError `sole_owner` while somebody else is in an organization that nobody else owns
 */
export async function subjectOf(db: Db, userId: string): Promise<ErasedSubject> {
  const owned = await queried(() => listSolelyOwned(db, userId));
  const left = owned.filter(({ others }) => others > 0);
  if (left.length > 0)
    throw new ProblemError("sole_owner", {
      detail: `make somebody else an owner first: ${left.map(({ name }) => name).join(", ")}`.slice(
        0,
        500,
      ),
    });
  return { userId, organizationIds: owned.map(({ id }) => id) };
}

/** The secrets by which copies in Redis are known: of sessions, and hashes of keys. */
export async function secretsOf(db: Db, subject: ErasedSubject) {
  const { userId, organizationIds } = subject;
  const owners = [...(userId === undefined ? [] : [userId]), ...organizationIds];
  const [sessions, keys] = await queried(() =>
    Promise.all([
      userId === undefined ? [] : listSessions(db, userId),
      owners.length === 0 ? [] : listApiKeys(db, owners),
    ]),
  );
  return { tokens: sessions.map(({ token }) => token), keyHashes: keys.map(({ key }) => key) };
}

/**
 * Erases with a receipt. The receipt's row is in the same transaction; its counts are noted right
 * after, and are in the answer in any case.
 */
export async function eraseWithReceipt(
  db: Db,
  owners: readonly DataOwner[],
  subject: ErasedSubject,
  now_ms: number,
): Promise<{ receipt: ErasureReceipt; noted: Promise<void> }> {
  const id = randomId(24);
  const erasedAt = new Date(now_ms);
  const statement = insertReceipt(db, id, erasedAt);
  const rows = await queried(() => erase(db, owners, subject, { id, statement }));
  const receipt = { id, erasedAt: erasedAt.toISOString(), rows };
  return { receipt, noted: noteErasedRows(db, id, rows) };
}

/** Whether somebody has a password to be asked for. */
export async function hasPassword(db: Db, userId: string): Promise<boolean> {
  return (await queried(() => findPasswordHash(db, userId))) !== undefined;
}
