import type { Miniflare } from "miniflare";

const sweep_ms = 5 * 60_000;

/** As `[triggers]` in `wrangler.toml` has it. */
const sweepCron = "*/5 * * * *";

/**
 * Rings the Worker's five-minute trigger, which Miniflare does not do by itself. The nightly one is
 * left out: a stack on somebody's desk has nothing that old.
 */
export function startCrons(worker: Awaited<ReturnType<Miniflare["getWorker"]>>): { stop(): void } {
  const timer = setInterval(() => {
    worker.scheduled({ cron: sweepCron, scheduledTime: new Date() }).catch((error: unknown) => {
      console.error(`The sweep for lost jobs failed: ${String(error)}`);
    });
  }, sweep_ms);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
