import { z } from "zod";
import { bufferFiguresSchema } from "../../protocol/analytics/buffer.ts";
import { gameIdSchema } from "../../protocol/analytics/game.ts";
import type { Redis } from "../redis/client.ts";

/** What a buffer of analytics said of itself when it last wrote. */
export const bufferReportSchema = bufferFiguresSchema.extend({
  gameId: gameIdSchema,
  /** When it said so, in milliseconds since 1970. */
  at_ms: z.number(),
  /** Tries to write in a row that found the database away. */
  failures: z.number().int().nonnegative(),
});
export type BufferReport = z.infer<typeof bufferReportSchema>;

/** Buffers that are remembered, those that reported last. */
export const bufferReports_max = 500;
/** A buffer that has said nothing for so long has nothing: one that holds events says so each minute. */
const report_s = 2 * 86_400;

const indexKey = "analytics:buffers";
const reportKey = (name: string) => `analytics:buffer:${name}`;

type ReportRedis = Pick<Redis, "pipeline" | "zrange" | "mget">;

/**
 * Keeps what a buffer says of itself: three commands in one request. The one that has been silent
 * for longest is forgotten when there are too many.
 * @param name of the buffer
 * @throws what the client throws; its message must not be logged
 */
export async function keepBufferReport(
  redis: ReportRedis,
  name: string,
  report: BufferReport,
): Promise<void> {
  const pipeline = redis.pipeline();
  pipeline.set(reportKey(name), report, { ex: report_s });
  pipeline.zadd(indexKey, { score: report.at_ms, member: name });
  pipeline.zremrangebyrank(indexKey, 0, -bufferReports_max - 1);
  await pipeline.exec();
}

/**
 * What buffers have last said of themselves, the latest first: two commands, however many there are,
 * and no buffer is woken. @throws what the client throws
 */
export async function readBufferReports(redis: ReportRedis): Promise<readonly BufferReport[]> {
  const names = await redis.zrange<string[]>(indexKey, 0, bufferReports_max - 1, { rev: true });
  if (names.length === 0) return [];
  const found = await redis.mget<unknown[]>(...names.map(reportKey));
  return found.flatMap((value) => bufferReportSchema.safeParse(value).data ?? []);
}
