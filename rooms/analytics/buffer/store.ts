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
const rowsSchema = z.array(z.unknown());

/** What is written of one or several batches. */
interface SliceRows {
  /** JSON: an array of `EventRow`. */
  readonly rows: string;
  /** Days that the rows belong to, among others perhaps. */
  readonly days: readonly number[];
}

/** An event that the database refused. */
export interface DeadRow {
  readonly id: number;
  readonly at_ms: number;
  /** Why: a SQLSTATE. */
  readonly reason: string;
  /** JSON: an array of the one `EventRow`. */
  readonly rows: string;
}

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
  read(ids: readonly number[]): SliceRows {
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

  /** The first rows of a batch as a JSON array, and the days of the whole of it. */
  readFirst(id: number, events: number): SliceRows {
    const { rows, days } = this.read([id]);
    return { rows: JSON.stringify(rowsSchema.parse(JSON.parse(rows)).slice(0, events)), days };
  }

  delete(ids: readonly number[]): void {
    this.#run(`delete from batch where id in (${ids.map(Number).join(",")})`);
  }

  /**
   * Takes the first events of a batch off it. What is left has no idempotency key any more: it is not
   * the batch that came under it.
   */
  cut(id: number, events: number): void {
    const [batch] = this.#sql
      .exec<{ uuids: string; rows: string }>("select uuids, rows from batch where id = ?", id)
      .toArray();
    if (batch === undefined) return;
    const uuids = batch.uuids.split(" ").slice(events);
    if (uuids.length === 0) {
      this.delete([id]);
      return;
    }
    const rows = JSON.stringify(rowsSchema.parse(JSON.parse(batch.rows)).slice(events));
    this.#run(
      "update batch set events = ?, bytes = ?, idempotency_key = null, uuids = ?, rows = ? where id = ?",
      uuids.length,
      rows.length,
      uuids.join(" "),
      rows,
      id,
    );
  }

  /** Puts the first event of a batch aside, as a row of its own. @param reason a SQLSTATE */
  bury(id: number, reason: string): void {
    const { rows } = this.readFirst(id, 1);
    // The uuids are those of the rows, in their order.
    this.#run(
      `insert into batch (events, bytes, at_ms, dead, days, uuids, rows)
        select 1, ?, at_ms, ?, days, substr(uuids, 1, instr(uuids || ' ', ' ') - 1), ?
        from batch where id = ?`,
      rows.length,
      reason,
      rows,
      id,
    );
    this.cut(id, 1);
  }

  /** Lets dead events wait again. */
  revive(): void {
    this.#run("update batch set dead = null where dead is not null");
  }

  /** Dead events in the order they died, from behind one on. */
  dead(after: number, limit: number): DeadRow[] {
    return this.#sql
      .exec<{ id: number; at_ms: number; dead: string; rows: string }>(
        "select id, at_ms, dead, rows from batch where dead is not null and id > ? order by id limit ?",
        after,
        limit,
      )
      .toArray()
      .map(({ id, at_ms, dead: reason, rows }) => ({ id, at_ms, reason, rows }));
  }

  /** Deletes a player's dead events: nothing else would ever take them away. */
  forget(player: string): void {
    this.#run(
      `delete from batch where dead is not null
        and exists (select 1 from json_each(rows) where json_extract(value, '$.p') = ?)`,
      player,
    );
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
