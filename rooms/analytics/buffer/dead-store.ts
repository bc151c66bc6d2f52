import type { CountedSql } from "./sql.ts";

/** An event that the database refused. */
export interface DeadRow {
  readonly id: number;
  readonly at_ms: number;
  /** Why: a SQLSTATE. */
  readonly reason: string;
  /** JSON: an array of the one `EventRow`. */
  readonly rows: string;
}

/** What of a buffer's disk nobody writes: each event that the database refused is a row of its own. */
export class DeadStore {
  readonly #sql: CountedSql;

  constructor(sql: CountedSql) {
    this.#sql = sql;
  }

  /** Keeps the first event of a chunk that waits. @param reason a SQLSTATE */
  add(
    id: number,
    chunkId: number,
    { rows, days }: { readonly rows: string; readonly days: readonly number[] },
    reason: string,
  ): void {
    // When it was received the event itself says: its chunk may be older. The uuids are those of the
    // rows, in their order.
    this.#sql.write(
      `insert into batch (id, events, bytes, at_ms, dead, days, uuids, rows)
        select ?, 1, ?, iif(json_type(?, '$[0].r') = 'integer', json_extract(?, '$[0].r'), at_ms), ?, ?,
          substr(uuids, 1, instr(replace(uuids, char(10), ' ') || ' ', ' ') - 1), ?
        from batch where id = ?`,
      ...[id, rows.length, rows, rows, reason, JSON.stringify(days), rows, chunkId],
    );
  }

  /** Lets dead events wait again. */
  revive(): void {
    this.#sql.write("update batch set dead = null where dead is not null");
  }

  /** Dead events in the order they died, from behind one on. */
  page(after: number, limit: number): DeadRow[] {
    return this.#sql
      .read<{ id: number; at_ms: number; dead: string; rows: string }>(
        "select id, at_ms, dead, rows from batch where dead is not null and id > ? order by id limit ?",
        after,
        limit,
      )
      .map(({ id, at_ms, dead: reason, rows }) => ({ id, at_ms, reason, rows }));
  }

  /** Deletes a player's: nothing else would ever take them away. */
  forget(player: string): void {
    this.#sql.write(
      `delete from batch where dead is not null
        and exists (select 1 from json_each(rows) where json_extract(value, '$.p') = ?)`,
      player,
    );
  }

  lastReason(): string | null {
    const [row] = this.#sql.read<{ dead: string }>(
      "select dead from batch where dead is not null order by id desc limit 1",
    );
    return row?.dead ?? null;
  }
}
