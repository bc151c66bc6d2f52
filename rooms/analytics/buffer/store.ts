import type { WaitingChunk } from "../plan.ts";
import { type Backlog, backlogOf, batchesInRow } from "./backlog.ts";
import {
  batchesOf,
  type ChunkSize,
  type ChunkText,
  chunkOf,
  daysOf,
  firstRows,
  joinedRows,
  type NewBatch,
  pack,
  withoutFirst,
} from "./chunk.ts";
import { DeadStore } from "./dead-store.ts";
import { FactStore } from "./fact-store.ts";
import { type BufferSql, CountedSql, type SqlRow } from "./sql.ts";

// A row is a chunk (chunk.ts). It was one batch once, which is a chunk of one: the table and its
// columns have their names from then, and rows of then are read like those of today. The small
// columns stand first, so that adding up a backlog reads no rows' text from disk. There is no index:
// each would be written, and billed, as often as the rows.
const table = `create table if not exists batch (id integer primary key, events integer not null,
  bytes integer not null, at_ms integer not null, dead text, days text not null,
  idempotency_key text, uuids text not null, rows text not null)`;

const text = "days, coalesce(idempotency_key, '') as keys, uuids, rows";

/** What is written of one or several chunks. */
interface SliceRows {
  /** JSON: an array of `EventRow`. */
  readonly rows: string;
  /** Days that the rows belong to, among others perhaps. */
  readonly days: readonly number[];
}

/**
 * A buffer's disk: batches, of which small ones share a row, and a few facts. All of it is
 * synchronous; nothing leaves the object before it is on disk.
 */
export class BufferStore {
  readonly facts: FactStore;
  readonly dead: DeadStore;
  readonly #sql: CountedSql;
  /** The chunk that batches may join; null for none, undefined when nobody has looked yet. */
  #open: ({ readonly id: number } & ChunkSize) | null | undefined;

  /** @param written told how many rows were written, which is what is billed */
  constructor(sql: BufferSql, written: (rows: number) => void) {
    this.#sql = new CountedSql(sql, written);
    this.#sql.write(table);
    this.facts = new FactStore(this.#sql);
    this.dead = new DeadStore(this.#sql);
  }

  /** What waits to be written, or what is dead. */
  backlog(standing: "waiting" | "dead"): Backlog {
    return backlogOf(this.#sql, standing);
  }

  /** When the oldest batch that waits came; 0 if none does. */
  oldestAt_ms(): number {
    const [row] = this.#sql.read<{ at_ms: number }>(
      "select at_ms from batch where dead is null order by id limit 1",
    );
    return row?.at_ms ?? 0;
  }

  /**
   * Puts batches on disk, in their order: in the open chunk as long as it has room, then in new ones.
   * To rewrite a row is billed as one, like a new one, and to delete it later is one for all of it.
   */
  add(batches: readonly NewBatch[], at_ms: number): void {
    if (this.#open === undefined) this.#open = this.#newest();
    const [joining = [], ...fresh] = pack(this.#open ?? undefined, batches);
    if (joining.length > 0) this.#join(joining);
    for (const chunk of fresh) this.#insert(chunk, at_ms);
  }

  /** The chunk that came last: what comes while it is there has a greater id. */
  lastId(): number {
    const [row] = this.#sql.read<{ id: number | null }>("select max(id) as id from batch");
    return row?.id ?? 0;
  }

  /**
   * The oldest chunks that wait, up to one, without their rows. They are about to be written and
   * deleted, so no batch joins any of them from now on.
   */
  waiting(limit: number, lastId: number): WaitingChunk[] {
    const found = this.#sql.read<{ id: number; events: number; bytes: number }>(
      "select id, events, bytes from batch where dead is null and id <= ? order by id limit ?",
      lastId,
      limit,
    );
    const open = this.#open;
    if (open == null ? found.length > 0 : found.some(({ id }) => id === open.id)) this.#open = null;
    return found;
  }

  /** The rows of chunks as one JSON array, and the days they belong to. */
  read(ids: readonly number[]): SliceRows {
    const found = this.#texts(ids);
    return { rows: joinedRows(found), days: daysOf(found) };
  }

  /** The first rows of a chunk as a JSON array, and the days of the whole of it. */
  readFirst(id: number, events: number): SliceRows {
    const [chunk] = this.#texts([id]);
    if (chunk === undefined) return { rows: "[]", days: [] };
    return { rows: firstRows(chunk, events), days: daysOf([chunk]) };
  }

  /** @returns how many batches that were */
  delete(ids: readonly number[]): number {
    const [gone] = this.#sql.read<{ batches: number }>(
      `select coalesce(sum(${batchesInRow}), 0) as batches from batch where id in (${list(ids)})`,
    );
    this.#sql.write(`delete from batch where id in (${list(ids)})`);
    return gone?.batches ?? 0;
  }

  /** Takes the first events of a chunk off it. */
  cut(id: number, events: number): void {
    const [chunk] = this.#texts([id]);
    if (chunk === undefined) return;
    const left = withoutFirst(chunk, events);
    if (left === undefined) {
      this.delete([id]);
      return;
    }
    this.#sql.write(
      `update batch set events = ?, bytes = ?, days = ?, idempotency_key = ?, uuids = ?, rows = ?
        where id = ?`,
      ...[left.events, left.bytes, left.days, left.keys, left.uuids, left.rows, id],
    );
  }

  /** Puts the first event of a chunk aside, as a row of its own. @param reason a SQLSTATE */
  bury(id: number, reason: string): void {
    this.dead.add(this.lastId() + 1, id, this.readFirst(id, 1), reason);
    this.cut(id, 1);
  }

  /** Uuids and idempotency keys of the latest batches on disk, the oldest of them first. */
  recent(
    chunks: number,
  ): { readonly uuids: readonly string[]; readonly key: string | undefined }[] {
    return this.#sql
      .read<{ keys: string; uuids: string }>(
        `select coalesce(idempotency_key, '') as keys, uuids from batch order by id desc limit ?`,
        chunks,
      )
      .reverse()
      .flatMap(batchesOf);
  }

  /** Forgets everything: the game is gone. */
  clear(): void {
    this.#sql.write("delete from batch");
    this.#open = null;
  }

  #texts(ids: readonly number[]): (SqlRow & ChunkText)[] {
    return this.#sql.read(`select ${text} from batch where id in (${list(ids)}) order by id`);
  }

  #newest() {
    const [newest = null] = this.#sql.read<{ id: number; events: number; bytes: number }>(
      "select id, events, bytes from batch where dead is null order by id desc limit 1",
    );
    return newest;
  }

  #join(batches: readonly NewBatch[]): void {
    const open = this.#open;
    if (open == null) throw new Error("no chunk is open");
    const { events, bytes, days, keys, uuids, rows } = chunkOf(batches);
    this.#sql.write(
      `update batch set events = events + ?, bytes = bytes + ?, days = days || char(10) || ?,
        idempotency_key = coalesce(idempotency_key, '') || char(10) || ?,
        uuids = uuids || char(10) || ?, rows = rows || char(10) || ?
      where id = ?`,
      ...[events, bytes, days, keys, uuids, rows, open.id],
    );
    this.#open = { id: open.id, events: open.events + events, bytes: open.bytes + bytes };
  }

  #insert(batches: readonly NewBatch[], at_ms: number): void {
    const { events, bytes, days, keys, uuids, rows } = chunkOf(batches);
    const id = this.lastId() + 1;
    this.#sql.write(
      `insert into batch (id, events, bytes, at_ms, days, idempotency_key, uuids, rows)
        values (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, events, bytes, at_ms, days, keys, uuids, rows],
    );
    this.#open = { id, events, bytes };
  }
}

const list = (ids: readonly number[]) => ids.map(Number).join(",");
