import { createModule } from "../../functions/app.ts";
import { answerError } from "../../functions/errors.ts";
import { jobsOf } from "../../functions/jobs/jobs.ts";
import { jobRoutes } from "../../functions/jobs/routes.ts";
import { consumeJobs, runCron } from "../../functions/jobs/worker.ts";
import { servicesOf } from "../../functions/services.ts";
import { enqueueJob } from "../../platform/jobs/enqueue.ts";

/** The part of the Worker that is about jobs, with one more route that queues one. */
const app = createModule();
app.onError(answerError);
app.use(async (c, next) => {
  c.set("services", servicesOf(c.env));
  c.set("requestId", "request");
  await next();
});
app.route("/", jobRoutes);
app.post("/prune", async (c) => {
  const input = { days: 1, deadDays: 1 };
  return c.json(await enqueueJob(jobsOf(c.var.services, c.env), "maintenance.prune", input));
});

/** Its entry for the runtime, as the production Worker has it. */
export default {
  fetch: app.fetch,
  queue: consumeJobs,
  scheduled: runCron,
};
