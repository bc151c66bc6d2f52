import type { Random } from "../../../platform/testing/random.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { chunkLimits } from "../../../rooms/analytics/buffer/chunk.ts";
import { gatherLimits } from "../../../rooms/analytics/gather.ts";
import { sliceLimits } from "../../../rooms/analytics/plan.ts";
import { batch_events, habits, playerBatches_per_s, playerEvents_per_s } from "./load.ts";

export const settings = gameSettingsSchema.parse({});
const batch_bytes = batch_events * habits.play.event_bytes;

/** How many events the next batch has: a whole number, and the mean on average. */
export function nextBatch_events(random: Random): number {
  const whole = Math.floor(batch_events);
  return whole + (random.next() < batch_events - whole ? 1 : 0);
}

/** How one buffer with so many players behind it writes; `buffer-run.ts` plays it. */
export function flushesOf(players: number) {
  const events_per_s = players * playerEvents_per_s;
  const batches_per_s = players * playerBatches_per_s;
  const { flushEvents, flushEvery_s } = settings;
  // The interval begins with the first batch that waits.
  const interval_s = flushEvery_s + 1 / batches_per_s;
  const everyEnough = events_per_s * interval_s > flushEvents;
  const flushes_per_s = everyEnough ? events_per_s / flushEvents : 1 / interval_s;
  const chunks = Math.ceil(batches_per_s / flushes_per_s / chunk_batches);
  const slices = Math.max(
    Math.ceil(chunks / sliceLimits.chunks_max),
    Math.ceil(events_per_s / flushes_per_s / sliceLimits.events_max),
  );
  return {
    ...{ events_per_s, batches_per_s, flushes_per_s, chunks, slices },
    statements_per_s: flushes_per_s * slices,
    // For what waits first, and for sessions that fall silent; one more when enough waits.
    alarms_per_s: flushes_per_s * (everyEnough ? 3 : 2),
  };
}

/** Ordinary batches that a chunk has room for. */
const chunk_batches = Math.max(
  1,
  Math.floor(Math.min(chunkLimits.events_max / batch_events, chunkLimits.bytes_max / batch_bytes)),
);

/**
 * How often a buffer puts batches on disk that come by chance: those without company at once, and
 * the others when the first of them has waited.
 */
export function putsPer_s(batches_per_s: number): number {
  if (batch_bytes > gatherLimits.bytes_max) return batches_per_s;
  const alone_per_s = batches_per_s * Math.exp((-batches_per_s * gatherLimits.company_ms) / 1_000);
  // While it waits, which is a share of all time, whoever comes joins and begins no other wait.
  const gathered = 1 + (batches_per_s * gatherLimits.wait_ms) / 1_000;
  return alone_per_s + (batches_per_s - alone_per_s) / gathered;
}

/** How often one buffer writes, and how many rows. */
export function writesOf(players: number) {
  const { batches_per_s, flushes_per_s, statements_per_s, chunks, alarms_per_s } =
    flushesOf(players);
  const puts_per_s = putsPer_s(batches_per_s);
  const chunks_per_s = chunks * flushes_per_s;
  // Where batches that are put together fill one chunk and begin another, they are two rows.
  const split_per_s = chunks_per_s * (1 - puts_per_s / batches_per_s);
  return {
    // What is written is deleted slice by slice, and each flush leaves its figures.
    writes_per_s: puts_per_s + statements_per_s + flushes_per_s,
    rows_per_s: puts_per_s + split_per_s + chunks_per_s + flushes_per_s + alarms_per_s,
  };
}
