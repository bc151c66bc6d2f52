import { type JobTimes, jobLimits } from "./limits.ts";
import type { SweepMarker } from "./marker.ts";
import type { JobQueue } from "./queue.ts";
import type { JobStore } from "./store.ts";
import { type JobWatcher, tell } from "./watcher.ts";

export interface SweepDeps<Effect> {
  readonly store: Pick<JobStore<Effect>, "sweep">;
  readonly queue: JobQueue;
  readonly marker: SweepMarker;
  readonly watcher?: JobWatcher;
  readonly now_ms: () => number;
  readonly times: JobTimes;
}

export type SweepReport =
  /** Nothing can have been found, so the database was left asleep. */
  | { readonly type: "not_due" }
  | {
      readonly type: "swept";
      /** Jobs taken back from workers that fell silent, by what they are now. */
      readonly requeued: number;
      readonly dead: number;
      readonly cancelled: number;
      /** Ids sent to the queue. */
      readonly dispatched: number;
    };

/** Even if nothing is known to be open a sweep looks this often, should the marker be wrong. */
const asleep_ms_max = 6 * 60 * 60 * 1000;

/**
 * What the cron does: takes back jobs whose worker fell silent, and sends ids again whose message
 * was lost. Touches at most `sweep_max` jobs of each sort; what is left is the next sweep's. It
 * asks the database only when there can be anything to find.
 * @throws whatever store or queue throws; the next sweep then looks again
 */
export async function sweepJobs<Effect>(deps: SweepDeps<Effect>): Promise<SweepReport> {
  const { store, queue, marker, watcher, now_ms, times } = deps;
  if (!(await marker.due(now_ms()))) return { type: "not_due" };
  const { expired, redispatch, next_ms } = await store.sweep({
    jobs_max: jobLimits.sweep_max,
    grace_ms: times.redispatch_ms,
  });
  await queue.sendMany(redispatch.map(({ id }) => id));
  await marker.next(Math.min(next_ms ?? Number.POSITIVE_INFINITY, now_ms() + asleep_ms_max));
  await tell(
    watcher,
    expired.map(({ id, kind, status }) => ({ id, kind, status, errorCode: "lease_expired" })),
  );
  const count = (status: string) => expired.filter((job) => job.status === status).length;
  return {
    type: "swept",
    requeued: count("queued"),
    dead: count("dead"),
    cancelled: count("cancelled"),
    dispatched: redispatch.length,
  };
}
