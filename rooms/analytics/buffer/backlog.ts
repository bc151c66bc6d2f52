import type { CountedSql } from "./sql.ts";

/** What all chunks of one standing come to. */
export interface Backlog {
  readonly batches: number;
  readonly events: number;
  readonly bytes: number;
  /** When the oldest came; 0 for none. */
  readonly oldestAt_ms: number;
}

const empty: Backlog = { batches: 0, events: 0, bytes: 0, oldestAt_ms: 0 };

/** How many batches share a row, in SQL. */
export const batchesInRow = "(length(days) - length(replace(days, char(10), '')) + 1)";

/** Adds up what waits to be written, or what is dead. */
export function backlogOf(sql: CountedSql, standing: "waiting" | "dead"): Backlog {
  const is = standing === "dead" ? "not null" : "null";
  const [row] = sql.read<{ batches: number; events: number; bytes: number; oldest: number }>(
    `select coalesce(sum(${batchesInRow}), 0) as batches, coalesce(sum(events), 0) as events,
      coalesce(sum(bytes), 0) as bytes, coalesce(min(at_ms), 0) as oldest
    from batch where dead is ${is}`,
  );
  if (row === undefined) return empty;
  const { oldest: oldestAt_ms, ...sums } = row;
  return { ...sums, oldestAt_ms };
}
