import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { listDeletedGames } from "../../db/queries/analytics-delete.ts";
import { enqueueJob } from "../../platform/jobs/enqueue.ts";
import type { AppEnv } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { jobsOf } from "../jobs/jobs.ts";
import { errorFields, log } from "../log.ts";

/**
 * Has what is left of deleted games deleted, after the answer. Should the job not come to be, the
 * nightly one does it.
 */
export function deleteBehind(c: Context<AppEnv>): void {
  const { services } = c.var;
  const queue = async () => {
    try {
      // Most people have no game; that is known sooner than a job is made.
      if ((await listDeletedGames(services.db, 1)).length === 0) return;
      await enqueueJob(jobsOf(services, c.env), "analytics.delete-games", {});
    } catch (error) {
      const fields = { requestId: c.var.requestId, ...errorFields(error) };
      log("warn", "analytics: a deletion waits for the night", fields, services.settings.LOG_LEVEL);
    }
  };
  const queued = queue();
  backgroundOf(c)?.(queued);
}

/** Stands before erasures of people and of organizations, with whom their games go. */
export const deletesGames = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.ok) deleteBehind(c);
});
