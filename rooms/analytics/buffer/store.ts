import { z } from "zod";
import { type GameConfig, gameConfigSchema } from "../../../protocol/analytics/buffer.ts";
import type { WaitingBatch } from "../plan.ts";
import { type BufferStats, bufferStatsSchema, freshStats } from "./stats.ts";

/** The part of a Durable Object's SQLite that a buffer uses. */
export interface BufferSql {
  exec<Row extends Record<string, string | number | ArrayBuffer | null>>(
    query: string,
    ...values: (string | number | null)[]
  ): { toArray(): Row[]; readonly rowsWritten: number };
}

/** A batch to keep. */
export interface NewBatch {
  readonly uuids: readonly string[];
  /** The UTC days that its events belong to, as days since 1970. */
  readonly days: readonly number[];
  /** JSON: an array of `EventRow`. */
  readonly rows: string;
  readonly at_ms: number;
  readonly idempotencyKey: string | undefined;
}

/** What all batches of one standing come to. */
export interface Backlog {
  readonly batches: number;
  readonly events: number;
  readonly bytes: number;
  /** When the oldest came; 0 for none. */
  readonly oldestAt_ms: number;
}

export const emptyBacklog: Backlog = { batches: 0, events: 0, bytes: 0, oldestAt_ms: 0 };

/** A game's configuration as it is kept: null when the game is gone, undefined when nothing is known. */
export type KeptConfig = GameConfig | null | undefined;

// The small columns stand first, so that adding up a backlog reads no rows' text from disk.
const tables = [
  `create table if not exists batch (id integer primary key, events integer not null,
    bytes integer not null, at_ms integer not null, dead text, days text not null,
    idempotency_key text, uuids text not null, rows text not null)`,
  "create table if not exists fact (name text primary key, value text not null) without rowid",
];

const daysSchema = z.array(z.number().int());

/**
 * A buffer's disk: each batch is one row, and a few facts are others. All of it is synchronous;
 * nothing leaves the object before it is on disk.
 */
export class BufferStore {
  readonly #sql: BufferSql;
  readonly #written: (rows: number) => void;

  /** @param written told how many rows were written, which is what is billed */
  constructor(sql: BufferSql, written: (rows: number) => void) {
    this.#sql = sql;
    this.#written = written;
    for (const table of tables) this.#run(table);
  }

  /** What waits to be written, or what is dead. */
  backlog(standing: "waiting" | "dead"): Backlog {
    const is = standing === "dead" ? "not null" : "null";
    const [row] = this.#sql
      .exec<{ batches: number; events: number; bytes: number; oldest: number }>(
        `select count(*) as batches, coalesce(sum(events), 0) as events,
          coalesce(sum(bytes), 0) as bytes, coalesce(min(at_ms), 0) as oldest
        from batch where dead is ${is}`,
      )
      .toArray();
    if (row === undefined) return emptyBacklog;
    const { batches, events, bytes, oldest: oldestAt_ms } = row;
    return { batches, events, bytes, oldestAt_ms };
  }

  /** When the oldest batch that waits came; 0 if none does. */
  oldestAt_ms(): number {
    const [row] = this.#sql
      .exec<{ at_ms: number }>("select at_ms from batch where dead is null order by id limit 1")
      .toArray();
    return row?.at_ms ?? 0;
  }

  insert({ uuids, days, rows, at_ms, idempotencyKey }: NewBatch): void {
    this.#run(
      `insert into batch (events, bytes, at_ms, days, idempotency_key, uuids, rows)
        values (?, ?, ?, ?, ?, ?, ?)`,
      uuids.length,
      rows.length,
      at_ms,
      JSON.stringify(days),
      idempotencyKey ?? null,
      uuids.join(" "),
      rows,
    );
  }

  /** The oldest batches that wait, without their rows. */
  waiting(limit: number): WaitingBatch[] {
    return this.#sql
      .exec<{ id: number; events: number; bytes: number }>(
        "select id, events, bytes from batch where dead is null order by id limit ?",
        limit,
      )
      .toArray();
  }

  /** The rows of batches as one JSON array, and the days they belong to. */
  read(ids: readonly number[]): { readonly rows: string; readonly days: readonly number[] } {
    const found = this.#sql
      .exec<{ rows: string; days: string }>(
        `select rows, days from batch where id in (${ids.map(Number).join(",")}) order by id`,
      )
      .toArray();
    const days = found.flatMap((batch) => daysSchema.parse(JSON.parse(batch.days)));
    // Each is the text of an array; without its brackets it is the text of its items.
    const rows = `[${found.map((batch) => batch.rows.slice(1, -1)).join(",")}]`;
    return { rows, days: [...new Set(days)] };
  }

  delete(ids: readonly number[]): void {
    this.#run(`delete from batch where id in (${ids.map(Number).join(",")})`);
  }

  /** Puts a batch aside. @param reason why it is dead: a SQLSTATE */
  bury(id: number, reason: string): void {
    this.#run("update batch set dead = ? where id = ?", reason, id);
  }

  /** Lets dead batches wait again. */
  revive(): void {
    this.#run("update batch set dead = null where dead is not null");
  }

  deadReason(): string | null {
    const [row] = this.#sql
      .exec<{ dead: string }>(
        "select dead from batch where dead is not null order by id desc limit 1",
      )
      .toArray();
    return row?.dead ?? null;
  }

  /** Uuids and idempotency keys of the latest batches that wait, the oldest of them first. */
  recent(limit: number): { readonly uuids: readonly string[]; readonly key: string | undefined }[] {
    return this.#sql
      .exec<{ uuids: string; idempotency_key: string | null }>(
        "select uuids, idempotency_key from batch order by id desc limit ?",
        limit,
      )
      .toArray()
      .reverse()
      .map(({ uuids, idempotency_key: key }) => ({
        uuids: uuids.split(" "),
        key: key ?? undefined,
      }));
  }

  /** Forgets everything: the game is gone. */
  clear(): void {
    this.#run("delete from batch");
  }

  readConfig(): KeptConfig {
    const text = this.#fact("config");
    if (text === undefined) return undefined;
    const parsed = gameConfigSchema.nullable().safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  }

  writeConfig(config: GameConfig | null): void {
    this.#keep("config", JSON.stringify(config));
  }

  /** The object's own name, which an alarm does not bring along everywhere. */
  readName(): string | undefined {
    return this.#fact("name");
  }

  writeName(name: string | undefined): void {
    if (name !== undefined && this.readName() === undefined) this.#keep("name", name);
  }

  readStats(): BufferStats {
    const parsed = bufferStatsSchema.safeParse(JSON.parse(this.#fact("stats") ?? "null"));
    return parsed.success ? parsed.data : freshStats;
  }

  writeStats(stats: BufferStats): void {
    this.#keep("stats", JSON.stringify(stats));
  }

  #fact(name: string): string | undefined {
    const [row] = this.#sql
      .exec<{ value: string }>("select value from fact where name = ?", name)
      .toArray();
    return row?.value;
  }

  #keep(name: string, value: string): void {
    this.#run(
      "insert into fact (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
      name,
      value,
    );
  }

  #run(query: string, ...values: readonly (string | number | null)[]): void {
    const cursor = this.#sql.exec(query, ...values);
    cursor.toArray();
    this.#written(cursor.rowsWritten);
  }
}
