import type { BatchItem } from "drizzle-orm/batch";
import type { Db } from "../../db/client.ts";

/** One SQL statement of a transaction. */
export type Statement = BatchItem<"pg">;

/** Rows of one table, as somebody may read them who asks for all of their data. */
export interface ExportTable {
  /** `watch_room` for instance. */
  readonly table: string;
  /** Reads page by page, so that no answer has to hold everything at once. */
  rows(): AsyncIterable<Readonly<Record<string, unknown>>>;
}

/** Statements that take rows away, with the table that they are counted under. */
export interface EraseStatement {
  readonly table: string;
  readonly statement: Statement;
}

/** Whose data go: a person's, and those of organizations that nobody is left in; or the latter alone. */
export interface ErasedSubject {
  readonly userId: string | undefined;
  readonly organizationIds: readonly string[];
}

/**
 * A module that keeps data of people. It is registered where the API is put together
 * (`createIdentityRoutes`), and answers for its own tables alone:
 *
 * - `move`: a guest gets an account; everything the guest made becomes the account's;
 * - `exportTables`: somebody asks for all of their data;
 * - `erase`: somebody is forgotten.
 *
 * All statements of all modules run in one transaction, in the order of registration, before those
 * of the accounts themselves.
 */
export interface DataOwner {
  readonly name: string;
  move(db: Db, fromUserId: string, toUserId: string): readonly Statement[];
  exportTables(db: Db, userId: string): readonly ExportTable[];
  /** @param receiptId of the receipt that is left, in which later rows may be counted; null for none */
  erase(db: Db, subject: ErasedSubject, receiptId: string | null): readonly EraseStatement[];
}

/**
 * Hands over what one user has made to another, in one transaction or not at all.
 * @throws the database's error
 */
export async function moveOwnership(
  db: Db,
  owners: readonly DataOwner[],
  fromUserId: string,
  toUserId: string,
): Promise<void> {
  const [first, ...rest] = owners.flatMap((owner) => owner.move(db, fromUserId, toUserId));
  if (first !== undefined) await db.batch([first, ...rest]);
}

/**
 * Reads a query to its end in pages.
 * @param page the rows after a cursor, at most as many as asked for
 */
export async function* paged<Row, Cursor>(
  page: (after: Cursor | undefined, limit: number) => Promise<readonly Row[]>,
  cursorOf: (row: Row) => Cursor,
  limit = 500,
): AsyncGenerator<Row> {
  for (let after: Cursor | undefined; ; ) {
    const rows = await page(after, limit);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    after = cursorOf(last);
  }
}
