import type { Redis } from "../redis/client.ts";
import { baseKey, hourKey, hoursBack, hoursKept, roomsKey, socketsKey } from "./keys.ts";
import { type MeterHash, type MeterReading, readMeter } from "./reading.ts";

/** What Redis holds of the meter at one moment. */
export interface MeterSnapshot {
  /** The hours asked for, newest first; one in which nothing was counted is empty. */
  readonly hours: readonly { readonly hour: string; readonly hash: MeterHash }[];
  /** Sums of the hours up to and including `through`; undefined before the first were summed up. */
  readonly base: { readonly hash: MeterHash; readonly through: string } | undefined;
  /** Sockets now open, by party, as far as rooms have said. */
  readonly sockets: ReadonlyMap<string, number>;
  /** Rooms with somebody in them, by party, as far as rooms have said. */
  readonly rooms: ReadonlyMap<string, number>;
  /** Whatever else was asked for, by key; null for what is not there. */
  readonly others: readonly unknown[];
}

export interface SnapshotOptions {
  readonly version: string;
  readonly parties: readonly string[];
  readonly now_ms: number;
  /** How many hours, from the running one backwards; at most `hoursKept`. */
  readonly hours: number;
  /** Whether to read the sums of the hours before, too. */
  readonly base?: boolean;
  /** Keys of texts to be read in the same round trip. */
  readonly others?: readonly string[];
}

/**
 * Reads the meter in one round trip, which is billed as one command an hour, two a party, two
 * more, and one for each other key.
 * @throws what the client throws; its message must not be logged
 */
export async function readSnapshot(
  redis: Pick<Redis, "pipeline">,
  { version, parties, now_ms, hours, base = false, others = [] }: SnapshotOptions,
): Promise<MeterSnapshot> {
  const names = hoursBack(now_ms, Math.min(hours, hoursKept));
  const pipeline = redis.pipeline();
  pipeline.hgetall(socketsKey(version));
  for (const name of names) pipeline.hgetall(hourKey(name));
  for (const party of parties) pipeline.zcount(roomsKey(version, party), 1, "+inf");
  for (const key of others) pipeline.get(key);
  if (base) pipeline.hgetall(baseKey);
  const [sockets, ...rest] = await pipeline.exec<unknown[]>();
  const hashes = rest.splice(0, names.length);
  const counts = rest.splice(0, parties.length);
  const texts = rest.splice(0, others.length);
  const { through, ...sums } = hashOf(rest[0]);
  return {
    hours: names.map((hour, index) => ({ hour, hash: hashOf(hashes[index]) })),
    base: typeof through === "string" ? { hash: sums, through } : undefined,
    sockets: new Map(Object.entries(hashOf(sockets)).map(([party, n]) => [party, atLeast0(n)])),
    rooms: new Map(parties.map((party, index) => [party, atLeast0(counts[index])])),
    others: texts,
  };
}

/** The hours of a snapshot together. */
export function readingOf({ hours }: Pick<MeterSnapshot, "hours">): MeterReading {
  return readMeter(...hours.map(({ hash }) => hash));
}

function hashOf(value: unknown): MeterHash {
  return typeof value === "object" && value !== null ? (value as MeterHash) : {};
}

function atLeast0(value: unknown): number {
  const amount = Number(value);
  return Number.isFinite(amount) ? Math.max(0, amount) : 0;
}
