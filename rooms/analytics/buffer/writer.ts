import type { BatchItem } from "drizzle-orm/batch";
import { type Db, sqlState } from "../../../db/client.ts";
import {
  type AnalyticsPartition,
  createPartition,
  partitionOf,
} from "../../../db/queries/analytics-partition.ts";
import {
  type AnalyticsPlace,
  type IngestResult,
  ingestAnalytics,
  lockAnalytics,
} from "../../../db/queries/analytics-rollup.ts";
import { closeSilentSessions, type SessionSweep } from "../../../db/queries/analytics-session.ts";
import type { GameConfig } from "../../../protocol/analytics/buffer.ts";
import type { FlushFailure } from "../plan.ts";

const day_ms = 86_400_000;
/** Partitions known to be there; more are seldom in use at once. */
const known_max = 64;
const sweep_max = 1_000;

/** What one round trip brought. */
export interface Written {
  readonly ingest: IngestResult | undefined;
  readonly sweep: SessionSweep | undefined;
}

/** One round trip's work: rows to take in, sessions to close, or both. */
export interface Write {
  readonly slice?: { readonly rows: string; readonly days: readonly number[] };
  /** Close sessions that have been silent since then. */
  readonly silentSince_ms?: number;
}

/** Writes to the database for one buffer. Each write is one round trip and one transaction. */
export class BufferWriter {
  readonly #db: Db;
  readonly #place: AnalyticsPlace;
  readonly #known = new Set<string>();

  constructor(db: Db, place: AnalyticsPlace) {
    this.#db = db;
    this.#place = place;
  }

  /** @throws the database's error; nothing is written then, or all is and nothing is known of it */
  async write({ slice, silentSince_ms }: Write, config: GameConfig): Promise<Written> {
    const fresh = slice === undefined ? [] : this.#unknown(slice.days, config);
    const before = fresh.map((partition) => createPartition(this.#db, partition));
    const sweep =
      silentSince_ms === undefined
        ? []
        : [closeSilentSessions(this.#db, this.#place, silentSince_ms, sweep_max)];
    const ingest = slice === undefined ? [] : [ingestAnalytics(this.#db, this.#place, slice.rows)];
    const statements: BatchItem<"pg">[] = [...before, ...ingest, ...sweep];
    try {
      const results = await this.#db.batch([lockAnalytics(this.#db, this.#place), ...statements]);
      for (const { table } of fresh) this.#known.add(table);
      const rows = results.slice(1 + before.length) as { rows: readonly unknown[] }[];
      return {
        ingest: slice === undefined ? undefined : (rows[0]?.rows[0] as IngestResult | undefined),
        sweep: sweep.length === 0 ? undefined : (rows.at(-1)?.rows[0] as SessionSweep | undefined),
      };
    } catch (error) {
      // What was thought to be there may have been dropped, or another buffer made it just now.
      this.#known.clear();
      throw error;
    }
  }

  /** Partitions that rows of some days may go to, and that are not known to be there. */
  #unknown(days: readonly number[], config: GameConfig): readonly AnalyticsPartition[] {
    if (this.#known.size > known_max) this.#known.clear();
    const { retention_days, retention_days_before } = config;
    const kept =
      this.#place.env === "sandbox"
        ? ([0] as const)
        : [...new Set([retention_days, retention_days_before])];
    const partitions = days.flatMap((day) => kept.map((days) => partitionOf(days, day * day_ms)));
    const unknown = partitions.filter(({ table }) => !this.#known.has(table));
    return [...new Map(unknown.map((partition) => [partition.table, partition])).values()];
  }
}

/** What an error of the database means for the rows that were to be written. */
export function failureOf(error: unknown): FlushFailure {
  const state = sqlState(error);
  if (state === undefined) return isTimeout(error) ? "slow" : "away";
  // A cancelled statement took too long.
  if (state === "57014") return "slow";
  // Rows without a partition are refused as if they failed a check; next time there will be one.
  if (state === "23514" && isLackOfPartition(error)) return "away";
  // Two buffers made the same partition at once.
  if (state === "23505" || state === "42P07") return "away";
  // Data, constraints, a row met twice in one statement, a limit of the database itself.
  return /^(2[123]|54)/.test(state) ? "data" : "away";
}

const causes_max = 5;

function* chain(error: unknown): Generator<Error> {
  for (let at = error, i = 0; at instanceof Error && i < causes_max; at = at.cause, i += 1)
    yield at;
}

function isTimeout(error: unknown): boolean {
  return [...chain(error)].some(({ name }) => name === "TimeoutError" || name === "AbortError");
}

function isLackOfPartition(error: unknown): boolean {
  return [...chain(error)].some(({ message }) => message.includes("no partition of relation"));
}
