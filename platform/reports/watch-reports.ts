import { z } from "zod";
import { driftBuckets, noDrift, type Report } from "../../protocol/watch/report.ts";
import { hoursBack } from "../meter/keys.ts";
import type { Redis } from "../redis/client.ts";

/** What pages reported, added up. */
export interface ReportSums {
  readonly drift: readonly number[];
  readonly corrections: number;
  readonly stalls: number;
  readonly resumes: number;
  readonly gateWaits: number;
  /** How many reports came over HTTP. */
  readonly httpReports: number;
}

/** As long as an empty room lives. */
const room_s = 24 * 3600;
/** An hour's sums are read in that hour and the next. */
const hour_s = 3 * 3600;
/** Hours that the sums of all rooms reach back: the running one, and the one before. */
export const reportHours = 2;

const counters = ["corrections", "stalls", "resumes", "gateWaits", "httpReports"] as const;
const hashSchema = z.record(z.string(), z.coerce.number()).nullable();

const roomKey = (room: string) => `watch:reports:room:${room}`;
const hourKey = (hour: string) => `watch:reports:hour:${hour}`;
const driftField = (bucket: number) => `drift${bucket}`;

/** The commands of Redis that reports take. */
export type ReportRedis = Pick<Redis, "pipeline">;

/**
 * Adds a report that came over HTTP to its room's sums and to those of all rooms, in one pipeline:
 * two commands for each number that is not zero, and four more. The room sleeps on.
 * @throws what the client throws; its message must not be logged
 */
export async function foldReport(
  redis: ReportRedis,
  room: string,
  report: Report,
  now_ms: number,
): Promise<void> {
  const amounts = amountsOf({ ...report, httpReports: 1 });
  const pipeline = redis.pipeline();
  addTo(pipeline, roomKey(room), amounts, room_s);
  addTo(pipeline, hourKey(hoursBack(now_ms, 1)[0] ?? ""), amounts, hour_s);
  await pipeline.exec();
}

/**
 * Adds what a room has heard over its sockets to the sums of all rooms. A room that empties can say
 * in one pipeline what it heard since it last said so.
 * @throws what the client throws; its message must not be logged
 */
export async function foldRoomSums(
  redis: ReportRedis,
  heard: Omit<ReportSums, "httpReports">,
  now_ms: number,
): Promise<void> {
  const pipeline = redis.pipeline();
  const amounts = amountsOf({ ...heard, httpReports: 0 });
  addTo(pipeline, hourKey(hoursBack(now_ms, 1)[0] ?? ""), amounts, hour_s);
  await pipeline.exec();
}

/** What was reported of one room within a day. @throws what the client throws */
export async function readRoomReports(redis: ReportRedis, room: string): Promise<ReportSums> {
  return await readSums(redis, [roomKey(room)]);
}

/** What was reported of all rooms, in this hour and the last. @throws what the client throws */
export async function readAllReports(redis: ReportRedis, now_ms: number): Promise<ReportSums> {
  return await readSums(redis, hoursBack(now_ms, reportHours).map(hourKey));
}

async function readSums(redis: ReportRedis, keys: readonly string[]): Promise<ReportSums> {
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.hgetall(key);
  const hashes = z.array(hashSchema).parse(await pipeline.exec<unknown[]>());
  const sum = (field: string) => hashes.reduce((total, hash) => total + (hash?.[field] ?? 0), 0);
  return {
    drift: noDrift().map((_none, bucket) => sum(driftField(bucket))),
    corrections: sum("corrections"),
    stalls: sum("stalls"),
    resumes: sum("resumes"),
    gateWaits: sum("gateWaits"),
    httpReports: sum("httpReports"),
  };
}

type Amounts = readonly (readonly [field: string, amount: number])[];

function addTo(
  pipeline: ReturnType<Redis["pipeline"]>,
  key: string,
  amounts: Amounts,
  life_s: number,
): void {
  for (const [field, amount] of amounts) pipeline.hincrby(key, field, amount);
  pipeline.expire(key, life_s);
}

function amountsOf(sums: ReportSums): Amounts {
  const drift = sums.drift
    .slice(0, driftBuckets)
    .map((amount, bucket) => [driftField(bucket), amount] as const);
  return [...drift, ...counters.map((name) => [name, sums[name]] as const)].filter(
    ([, amount]) => amount > 0,
  );
}
