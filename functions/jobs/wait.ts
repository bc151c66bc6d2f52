import type { JobDetail } from "../../protocol/jobs.ts";

export interface WaitOptions {
  /** The revision that the caller has seen; any other one is news. */
  readonly revision: number;
  readonly wait_ms: number;
  readonly now_ms: () => number;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

const pause_ms_min = 500;
const pause_ms_max = 2_500;

/**
 * Looks at a job until there is news, it has ended, the time is over or the caller has gone; each
 * pause is longer than the one before, so that the longest wait is about a dozen queries.
 * @param find looks once
 * @returns the job as it was last seen
 */
export async function waitForNews(
  find: () => Promise<JobDetail>,
  { revision, wait_ms, now_ms, signal }: WaitOptions,
): Promise<JobDetail> {
  const until_ms = now_ms() + wait_ms;
  let pause_ms = pause_ms_min;
  for (;;) {
    const job = await find();
    const left_ms = until_ms - now_ms();
    if (job.revision !== revision || job.finishedAt_ms !== null || left_ms <= 0 || signal.aborted)
      return job;
    await pause(Math.min(pause_ms, left_ms), signal);
    pause_ms = Math.min(pause_ms * 1.4, pause_ms_max);
  }
}

function pause(length_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, length_ms);
    signal.addEventListener("abort", end);
  });
}
