import { handleJobBatch } from "../../platform/jobs/consume.ts";
import { enqueueJob } from "../../platform/jobs/enqueue.ts";
import type { JobMessage } from "../../platform/jobs/queue.ts";
import { sweepJobs } from "../../platform/jobs/sweep.ts";
import { meterJobMessages } from "../../platform/meter/queue.ts";
import { inScope, newScope } from "../../platform/meter/scope.ts";
import { analyticsRetentionOf } from "../analytics/maintenance.ts";
import type { Bindings } from "../env.ts";
import { identitySweepDefaults } from "../identity/sweep-kind.ts";
import { errorFields, log } from "../log.ts";
import { callSweepDefaults } from "../match/sweep-kind.ts";
import { type Services, servicesOf } from "../services.ts";
import { watchSweepDefaults } from "../watch/sweep-kind.ts";
import { type Jobs, jobsOf } from "./jobs.ts";
import { pruneDefaults } from "./maintenance.ts";

/** The cron trigger of the nightly cleaning; every other trigger is a sweep. */
export const pruneCron = "17 3 * * *";

/** The Worker's handler for batches of the queue. It settles each message itself. */
export async function consumeJobs(
  batch: { readonly messages: readonly JobMessage[] },
  bindings: Bindings,
): Promise<void> {
  await onJobsAccount(bindings, async (services, jobs) => {
    const messages = meterJobMessages(batch.messages, services.meter);
    const report = await handleJobBatch({ messages }, jobs);
    const trouble = report.dead + report.lost + report.malformed > 0;
    log(trouble ? "warn" : "info", "jobs", { ...report }, services.settings.LOG_LEVEL);
  });
}

/**
 * The Worker's handler for cron triggers. A missed night needs nothing: the next one deletes all
 * that the last one left.
 */
export async function runCron(
  trigger: { readonly cron: string; readonly scheduledTime: number },
  bindings: Bindings,
): Promise<void> {
  await onJobsAccount(bindings, async (services, jobs) => {
    try {
      if (trigger.cron === pruneCron) {
        const day = new Date(trigger.scheduledTime).toISOString().slice(0, 10);
        await enqueueJob(jobs, "maintenance.prune", pruneDefaults, { idempotencyKey: day });
        await enqueueJob(jobs, "identity.sweep", identitySweepDefaults, { idempotencyKey: day });
        await enqueueJob(jobs, "watch.sweep", watchSweepDefaults, { idempotencyKey: day });
        await enqueueJob(jobs, "match.sweep-pictures", {}, { idempotencyKey: day });
        await enqueueJob(jobs, "match.sweep-calls", callSweepDefaults, { idempotencyKey: day });
        const retention = analyticsRetentionOf(trigger.scheduledTime);
        await enqueueJob(jobs, "analytics.retention", retention, { idempotencyKey: day });
        await enqueueJob(jobs, "analytics.delete-games", {}, { idempotencyKey: day });
      } else {
        const report = await sweepJobs(jobs);
        log("info", "sweep", { ...report }, services.settings.LOG_LEVEL);
      }
    } catch (error) {
      // The runtime logs what is thrown only as a failed run; this says where it was.
      log("error", "cron failed", { cron: trigger.cron, ...errorFields(error) }, "error");
      throw error;
    }
  });
}

/** Runs something with all that it uses counted for jobs. */
async function onJobsAccount(
  bindings: Bindings,
  run: (services: Services, jobs: Jobs) => Promise<void>,
): Promise<void> {
  const services = servicesOf(bindings);
  try {
    await inScope(newScope("jobs"), async () => {
      services.meter.countHere("worker_requests");
      await run(services, jobsOf(services, bindings));
    });
  } finally {
    // Not with `settle`: the queue hears of a batch only when all that waits has ended, and would
    // hold back the next one until then.
    await services.meter.flushIfDue();
  }
}
