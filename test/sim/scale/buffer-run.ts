import type { Random } from "../../../platform/testing/random.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { BufferBench, benchConfig } from "../../../rooms/analytics/testing/buffer-bench.ts";
import { playerBatches_per_s, playerEvents_per_s } from "./load.ts";

export interface BufferFigures {
  readonly batches: number;
  readonly events: number;
  /** Sizes of the statements that the database got, in events. */
  readonly slices: readonly number[];
  /** Events that were on the buffer's disk at most. */
  readonly waiting_max: number;
  readonly refused: number;
}

/**
 * The real buffer of one shard, with so many players behind it, for so long. The database takes
 * whatever comes, at once; how long it needs is for `lockRun`.
 */
export async function bufferRun(
  random: Random,
  { players, run_s }: { readonly players: number; readonly run_s: number },
): Promise<BufferFigures> {
  const bench = new BufferBench();
  bench.config = benchConfig({ settings: gameSettingsSchema.parse({}) });
  const slices: number[] = [];
  bench.database = (uuids) => {
    slices.push(uuids.length);
  };
  const batchEvery_ms = 1_000 / (players * playerBatches_per_s);
  const batch_events = playerEvents_per_s / playerBatches_per_s;
  const begin_ms = bench.now_ms;
  let [batches, events, refused, waiting_max] = [0, 0, 0, 0];
  for (let at_ms = 0; at_ms < run_s * 1_000; at_ms += batchEvery_ms) {
    await bench.pass(Math.floor(begin_ms + at_ms) - bench.now_ms);
    const size = Math.floor(batch_events) + (random.next() < batch_events % 1 ? 1 : 0);
    const reply = await bench.send(Array.from({ length: size }, () => bench.uuid()));
    if (reply.type !== "accepted") refused += 1;
    batches += 1;
    events += size;
    if (batches % 50 === 0)
      waiting_max = Math.max(waiting_max, bench.buffer.figures().waiting_events);
  }
  return { batches, events, slices, waiting_max, refused };
}
