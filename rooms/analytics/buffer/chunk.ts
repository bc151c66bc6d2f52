import { z } from "zod";

/** A batch to keep. */
export interface NewBatch {
  readonly uuids: readonly string[];
  /** The UTC days that its events belong to, as days since 1970. */
  readonly days: readonly number[];
  /** JSON: an array of `EventRow`, without line breaks. */
  readonly rows: string;
  /** As one line: what it came under, and what was said to it (`keyLineOf`). */
  readonly idempotencyKey: string | undefined;
}

/**
 * What batches that share a chunk come to, at most: a chunk is written anew with each batch that joins
 * it, and is narrowed down as one when the database refuses something in it. A batch that is larger
 * has a chunk of its own.
 */
export const chunkLimits = { events_max: 500, bytes_max: 32 * 1024 } as const;

/** How full a chunk is. */
export interface ChunkSize {
  readonly events: number;
  /** Of its batches' rows. */
  readonly bytes: number;
}

/**
 * A chunk as it is on disk: batches, of which each is one line in each of four texts. A batch that
 * came under no idempotency key has an empty line there. No line has a line break in it, for JSON
 * escapes them, and headers cannot hold them.
 */
export interface ChunkText {
  readonly days: string;
  readonly keys: string;
  readonly uuids: string;
  readonly rows: string;
}

export type Chunk = ChunkSize & ChunkText;

const daysSchema = z.array(z.number().int());
const rowsSchema = z.array(z.unknown());

/** Batches as one chunk. */
export function chunkOf(batches: readonly NewBatch[]): Chunk {
  return {
    events: batches.reduce((sum, { uuids }) => sum + uuids.length, 0),
    bytes: batches.reduce((sum, { rows }) => sum + rows.length, 0),
    days: batches.map(({ days }) => JSON.stringify(days)).join("\n"),
    keys: batches.map(({ idempotencyKey = "" }) => idempotencyKey).join("\n"),
    uuids: batches.map(({ uuids }) => uuids.join(" ")).join("\n"),
    rows: batches.map(({ rows }) => rows).join("\n"),
  };
}

/**
 * Puts batches together, in their order: as many to the chunk that is open as it has room for, then
 * as many to each new one.
 * @param open undefined if none is
 * @returns the first for the open chunk, perhaps empty; each of the others for a new one
 */
export function pack(
  open: ChunkSize | undefined,
  batches: readonly NewBatch[],
): readonly (readonly NewBatch[])[] {
  const packed: NewBatch[][] = [[]];
  let { events, bytes } = open ?? { events: chunkLimits.events_max, bytes: 0 };
  for (const batch of batches) {
    events += batch.uuids.length;
    bytes += batch.rows.length;
    if (events > chunkLimits.events_max || bytes > chunkLimits.bytes_max) {
      packed.push([]);
      events = batch.uuids.length;
      bytes = batch.rows.length;
    }
    packed.at(-1)?.push(batch);
  }
  return packed;
}

/** The rows of chunks as one JSON array. */
export function joinedRows(chunks: readonly Pick<ChunkText, "rows">[]): string {
  // Each line is the text of an array; without its brackets it is the text of its items.
  const items = chunks.flatMap(({ rows }) => rows.split("\n").map((line) => line.slice(1, -1)));
  return `[${items.join(",")}]`;
}

/** The days that chunks' events belong to, each once. */
export function daysOf(chunks: readonly Pick<ChunkText, "days">[]): number[] {
  const lines = chunks.flatMap(({ days }) => days.split("\n"));
  return [...new Set(lines.flatMap((line) => daysSchema.parse(JSON.parse(line))))];
}

/** The first rows of a chunk as a JSON array. */
export function firstRows(chunk: Pick<ChunkText, "rows">, events: number): string {
  return JSON.stringify(rowsSchema.parse(JSON.parse(joinedRows([chunk]))).slice(0, events));
}

/** The batches of a chunk, in their order. */
export function batchesOf({ keys, uuids }: Pick<ChunkText, "keys" | "uuids">) {
  const key = keys.split("\n");
  return uuids.split("\n").map((line, at) => ({
    uuids: line.split(" "),
    key: key[at] === "" ? undefined : key[at],
  }));
}

/**
 * What is left of a chunk without its first events. What is left of a batch has no idempotency key
 * any more: it is not the batch that came under it.
 * @returns undefined if nothing is
 */
export function withoutFirst(chunk: ChunkText, events: number): Chunk | undefined {
  const days = chunk.days.split("\n");
  const rows = chunk.rows.split("\n");
  const left: NewBatch[] = [];
  let gone = events;
  for (const [at, { uuids, key }] of batchesOf(chunk).entries()) {
    const own = Math.min(gone, uuids.length);
    gone -= own;
    if (own === uuids.length) continue;
    const text = rows[at] ?? "[]";
    left.push({
      uuids: uuids.slice(own),
      days: daysSchema.parse(JSON.parse(days[at] ?? "[]")),
      rows: own === 0 ? text : JSON.stringify(rowsSchema.parse(JSON.parse(text)).slice(own)),
      idempotencyKey: own === 0 ? key : undefined,
    });
  }
  return left.length === 0 ? undefined : chunkOf(left);
}
