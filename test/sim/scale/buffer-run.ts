import type { Random } from "../../../platform/testing/random.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { gatherLimits } from "../../../rooms/analytics/gather.ts";
import {
  BufferBench,
  benchConfig,
  keyId,
  uuidsOf,
} from "../../../rooms/analytics/testing/buffer-bench.ts";
import { nextBatch_events } from "./buffer-load.ts";
import { habits, playerBatches_per_s } from "./load.ts";

export interface BufferFigures {
  readonly batches: number;
  readonly events: number;
  /** Rows written to its disk, alarms set among them. */
  readonly rows: number;
  /** Sizes of the statements that the database got, in events. */
  readonly slices: readonly number[];
  /** Events that were on the buffer's disk at most. */
  readonly waiting_max: number;
  readonly refused: number;
}

/**
 * The real buffer of one shard, with so many players behind it, for so long. Batches come by chance.
 * The database takes whatever comes, at once, and always has open sessions; how long it needs is for
 * `lockRun`.
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
    bench.openSeen_ms = bench.now_ms;
  };
  const wait = waitOf(bench);
  const begin_ms = bench.now_ms;
  const replies: Promise<{ readonly type: string }>[] = [];
  let [events, waiting_max] = [0, 0];
  const mean_ms = 1_000 / (players * playerBatches_per_s);
  for (let at_ms = 0; at_ms < run_s * 1_000; at_ms += gap_ms(random, mean_ms)) {
    await wait.pass(Math.floor(begin_ms + at_ms));
    const size = nextBatch_events(random);
    replies.push(send(bench, size));
    await settled();
    events += size;
    if (replies.length % 50 === 0)
      waiting_max = Math.max(waiting_max, bench.buffer.figures().waiting_events);
  }
  // Whoever still waits for company is answered, too.
  await wait.pass(begin_ms + run_s * 1_000 + gatherLimits.wait_ms);
  const refused = (await Promise.all(replies)).filter(({ type }) => type !== "accepted").length;
  const rows = bench.rows_written + bench.alarmsSet;
  return { batches: replies.length, events, rows, slices, waiting_max, refused };
}

/** To the next of what comes by chance (a Poisson process). */
const gap_ms = (random: Random, mean_ms: number) => -mean_ms * Math.log(1 - random.next());

/** A batch whose events are as large as ordinary ones. */
function send(bench: BufferBench, events: number) {
  const uuids = uuidsOf(bench, events);
  const empty_bytes = JSON.stringify({ u: uuids[0], o: "" }).length + 1;
  const o = " ".repeat(habits.play.event_bytes - empty_bytes);
  const rows = JSON.stringify(uuids.map((u) => ({ u, o })));
  return bench.buffer.accept({ revision: 1, keyId, uuids }, rows);
}

/** The buffer's wait for more batches, on the bench's clock. */
function waitOf(bench: BufferBench) {
  let over: { readonly at_ms: number; readonly resolve: () => void } | undefined;
  bench.pause = (length_ms) =>
    new Promise((resolve) => {
      over = { at_ms: bench.now_ms + length_ms, resolve };
    });
  return {
    pass: async (until_ms: number) => {
      if (over !== undefined && over.at_ms <= until_ms) {
        const { at_ms, resolve } = over;
        over = undefined;
        await bench.pass(at_ms - bench.now_ms);
        resolve();
        await settled();
      }
      await bench.pass(until_ms - bench.now_ms);
    },
  };
}

/** Lets all go on that waits for nothing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
