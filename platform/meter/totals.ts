import type { Redis } from "../redis/client.ts";
import { fieldName, parseField } from "./fields.ts";
import { baseKey, hourOf, hourStart_ms, hoursKept, roomsKey } from "./keys.ts";
import type { Background } from "./meter.ts";
import { type MeterHash, type MeterReading, readMeter } from "./reading.ts";
import { type MeterSnapshot, readSnapshot, type SnapshotOptions } from "./snapshot.ts";

const hour_ms = 3_600_000;
/** Flushes under way at the full hour have long landed by then. */
const settled_ms = 60_000;
/** Counters begin anew, as after any restart, when nobody has asked for them for so long. */
const base_ttl_s = 30 * 24 * 3600;
/** What is asked for every few seconds: the running hour and the one before. */
const usualHours = 2;

/** The meter since it began, for counters that only grow. */
export interface MeterTotals {
  readonly snapshot: MeterSnapshot;
  readonly totals: MeterReading;
}

/**
 * Reads totals in one round trip. Hours that are over are summed up in a hash of their own, once an
 * hour, after the answer; the first question after some hours of silence takes a second round trip.
 * @throws what the client throws; its message must not be logged
 */
export async function readTotals(
  redis: Pick<Redis, "pipeline">,
  options: Omit<SnapshotOptions, "hours" | "base">,
  background: Background,
): Promise<MeterTotals> {
  let snapshot = await readSnapshot(redis, { ...options, base: true, hours: usualHours });
  const hours = hoursSince(snapshot, options.now_ms);
  if (hours > usualHours) snapshot = await readSnapshot(redis, { ...options, base: true, hours });
  const missing = missingHours(snapshot);
  const over = missing.filter(({ hour }) => isOver(hour, options.now_ms));
  if (over.length > 0) background(sumUp(redis, snapshot, over, options));
  const hashes = missing.map(({ hash }) => hash);
  return { snapshot, totals: readMeter(snapshot.base?.hash ?? {}, ...hashes) };
}

/** How many hours it takes to get from what is summed up to now. */
function hoursSince({ base }: MeterSnapshot, now_ms: number): number {
  const through_ms = base === undefined ? undefined : hourStart_ms(base.through);
  if (through_ms === undefined) return hoursKept;
  return Math.min(hoursKept, Math.floor((now_ms - through_ms) / hour_ms));
}

function missingHours({ hours, base }: MeterSnapshot): MeterSnapshot["hours"] {
  return hours.filter(({ hour }) => base === undefined || hour > base.through);
}

function isOver(hour: string, now_ms: number): boolean {
  return hour < hourOf(now_ms - settled_ms);
}

/**
 * Sums are written as they should be, not added to: two isolates that do this at once write the
 * same. Empty rooms are forgotten on the way. A failure leaves it to the next question.
 */
async function sumUp(
  redis: Pick<Redis, "pipeline">,
  { base }: MeterSnapshot,
  over: MeterSnapshot["hours"],
  { version, parties }: Pick<SnapshotOptions, "version" | "parties">,
): Promise<void> {
  const [newest] = over;
  if (newest === undefined) return;
  const sums = sumOf([base?.hash ?? {}, ...over.map(({ hash }) => hash)]);
  const pipeline = redis.pipeline();
  pipeline.hset(baseKey, { ...sums, through: newest.hour });
  pipeline.expire(baseKey, base_ttl_s);
  for (const party of parties) pipeline.zremrangebyscore(roomsKey(version, party), 0, 0);
  await pipeline.exec().catch(() => undefined);
}

function sumOf(hashes: readonly MeterHash[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const hash of hashes)
    for (const [name, value] of Object.entries(hash)) {
      const field = parseField(name);
      const amount = Number(value);
      if (field === undefined || !Number.isFinite(amount)) continue;
      const known = fieldName(field);
      sums.set(known, (sums.get(known) ?? 0) + amount);
    }
  return Object.fromEntries(sums);
}
