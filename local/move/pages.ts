import type { ClientBase } from "pg";

/** Rows that one round trip carries. */
export const page_rows = 1_000;

export interface Table {
  /** What to read, as `select ... from ... where ...`, with the key as `key`. */
  readonly select: string;
  /** The key's expression, which is unique, and its type. */
  readonly key: string;
  readonly type: "text" | "uuid";
}

/**
 * Reads a table of the old database page by page in the order of its key. A connection that breaks
 * ends the run; the next one finds what was copied already, for every copy is idempotent.
 * @param values of `$3` and on
 */
export async function* pagesOf<Row extends { readonly key: string }>(
  from: ClientBase,
  { select, key, type }: Table,
  values: readonly unknown[] = [],
): AsyncGenerator<readonly Row[]> {
  let after: string | null = null;
  for (;;) {
    const query = `${select} and ($1::${type} is null or ${key} > $1::${type})
      order by ${key} limit $2::integer`;
    const { rows }: { rows: Row[] } = await from.query<Row>(query, [after, page_rows, ...values]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < page_rows) return;
    after = last.key;
  }
}

/** What one table's copying came to. */
export interface Moved {
  readonly what: string;
  /** Rows that were read. */
  readonly read: number;
  /** Rows that were not there before. */
  readonly added: number;
}
