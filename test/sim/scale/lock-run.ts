import type { Random } from "../../../platform/testing/random.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import {
  nextSlice,
  sliceLimits,
  steady,
  type WaitingBatch,
} from "../../../rooms/analytics/plan.ts";
import { ceilings, playerBatches_per_s, playerEvents_per_s } from "./load.ts";

const tick_ms = 50;
const settings = gameSettingsSchema.parse({});

interface Shard {
  readonly batches: WaitingBatch[];
  events: number;
  /** It has work for the database and stands in line for the lock. */
  flushing: boolean;
}

export interface LockFigures {
  /** Events on the disks of all buffers, at the end of each minute. */
  readonly waiting: readonly number[];
  /** The share of time for which the lock was held. */
  readonly busy: number;
}

/**
 * The buffers of one game before the lock that their transactions take in turn: each plans its
 * slices as the real one does, and a slice holds the lock as long as its rows take to be written.
 */
export function lockRun(
  random: Random,
  { players, shards, minutes }: { players: number; shards: number; minutes: number },
): LockFigures {
  const buffers = Array.from(
    { length: shards },
    (): Shard => ({ batches: [], events: 0, flushing: false }),
  );
  const batches_per_tick = (players * playerBatches_per_s * tick_ms) / 1_000;
  const batch_events = playerEvents_per_s / playerBatches_per_s;
  const line: Shard[] = [];
  const waiting: number[] = [];
  let [owed, freeAt_ms, held_ms, id] = [0, 0, 0, 0];
  for (let now_ms = 0; now_ms < minutes * 60_000; now_ms += tick_ms) {
    for (owed += batches_per_tick; owed >= 1; owed -= 1) {
      const events = Math.floor(batch_events) + (random.next() < batch_events % 1 ? 1 : 0);
      const buffer = random.pick(buffers);
      id += 1;
      buffer.batches.push({ id, events, bytes: events * 280 });
      buffer.events += events;
    }
    for (const [number, buffer] of buffers.entries()) {
      const everySo = (now_ms + number * 1_000) % (settings.flushEvery_s * 1_000) === 0;
      if (buffer.flushing || (buffer.events < settings.flushEvents && !everySo)) continue;
      buffer.flushing = true;
      line.push(buffer);
    }
    while (freeAt_ms <= now_ms) {
      const next = line.shift();
      if (next === undefined) break;
      const { batches, events } = nextSlice(next.batches.slice(0, sliceLimits.batches_max), steady);
      next.batches.splice(0, batches.length);
      next.events -= events;
      const takes_ms = (ceilings.commit_s + events / ceilings.flushed_per_s) * 1_000;
      freeAt_ms = Math.max(freeAt_ms, now_ms - tick_ms) + takes_ms;
      held_ms += takes_ms;
      next.flushing = next.batches.length > 0;
      if (next.flushing) line.push(next);
    }
    if ((now_ms + tick_ms) % 60_000 === 0)
      waiting.push(buffers.reduce((sum, { events }) => sum + events, 0));
  }
  return { waiting, busy: held_ms / (minutes * 60_000) };
}
