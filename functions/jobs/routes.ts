import { createRoute, z } from "@hono/zod-openapi";
import { cancelJob } from "../../db/queries/job-operate.ts";
import { findJob, listJobs } from "../../db/queries/job-read.ts";
import { retryJob } from "../../platform/jobs/enqueue.ts";
import {
  type JobDetail,
  jobDetailSchema,
  jobIdSchema,
  jobPage_max,
  jobPageSchema,
  jobStatusSchema,
  jobWait_s_max,
} from "../../protocol/jobs.ts";
import { answer, createModule, problems } from "../app.ts";
import { queried } from "../database.ts";
import { byAccountOrToken, operatorsOnly } from "../identity/operator.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { ProblemError } from "../problem.ts";
import type { Services } from "../services.ts";
import { cursorBehind, parseCursor } from "./cursor.ts";
import { jobsOf } from "./jobs.ts";
import { waitForNews } from "./wait.ts";

const tags = ["jobs"];
const params = z.object({ id: jobIdSchema });
const security = [{ bearer: [] }];

const listQuery = z.object({
  // A schema of this module's own: others may have been made before schemas could be described.
  status: z
    .enum(jobStatusSchema.options)
    .openapi({ description: "`dead` lists what was given up" }),
  limit: z.coerce.number().int().min(1).max(jobPage_max).default(50),
  cursor: z.string().max(80).optional(),
});

const waitQuery = z.object({
  wait_s: z.coerce.number().int().min(0).max(jobWait_s_max).default(0),
  revision: z.coerce.number().int().min(0).default(0),
});

const middleware = [rateLimit("signed_in"), operatorsOnly(byAccountOrToken)];

const list = createRoute({
  method: "get",
  path: "/v1/jobs",
  tags,
  security,
  summary: "Jobs of one status, newest first",
  middleware,
  request: { query: listQuery },
  responses: { 200: answer("One page", jobPageSchema), ...problems(400, 401, 403, 429, 503) },
});

const get = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  tags,
  security,
  summary: "One job, now or with its next change",
  middleware,
  request: { params, query: waitQuery },
  responses: { 200: answer("The job", jobDetailSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

const cancel = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/cancel",
  tags,
  security,
  summary: "Cancel a job",
  description:
    "A queued job is cancelled at once. A running one is asked to stop and does so at its next heartbeat, unless it ends first. A job that has ended stays as it is.",
  middleware,
  request: { params },
  responses: { 200: answer("The job", jobDetailSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

const retry = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/retry",
  tags,
  security,
  summary: "Queue a dead or cancelled job anew",
  description:
    "It gets all its attempts again and goes on from its checkpoint. A job in any other status stays as it is.",
  middleware,
  request: { params },
  responses: { 200: answer("The job", jobDetailSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

/**
 * Jobs for operators. News of one job comes by long poll: ask with the `revision` you have and
 * `wait_s`, and the answer comes with the next change. On Workers that is the cheapest way: it
 * bills one request and a few milliseconds of CPU for each 25 s, like an event stream, which would
 * have to be reopened as often because of the limit on subrequests, and it needs no room that
 * somebody must wake and no command of Redis. The database it asks is awake anyway, because the
 * running job keeps writing to it.
 */
export const jobRoutes = createModule()
  .openapi(list, async (c) => {
    const { status, limit, cursor } = c.req.valid("query");
    const after = cursor === undefined ? undefined : cursorOf(cursor);
    // One more than asked for tells whether there is another page.
    const found = await queried(() => listJobs(c.var.services.db, status, limit + 1, after));
    const jobs = found.slice(0, limit);
    const last = jobs.at(-1);
    const more = found.length > limit && last !== undefined;
    return c.json({ jobs, cursor: more ? cursorBehind(last) : null }, 200);
  })
  .openapi(get, async (c) => {
    const { db, now_ms } = c.var.services;
    const { id } = c.req.valid("param");
    const { wait_s, revision } = c.req.valid("query");
    const { signal } = c.req.raw;
    const options = { revision, wait_ms: wait_s * 1000, now_ms, signal };
    return c.json(await waitForNews(() => jobOrProblem(db, id), options), 200);
  })
  .openapi(cancel, async (c) => {
    const { db } = c.var.services;
    const { id } = c.req.valid("param");
    await queried(() => cancelJob(db, id));
    return c.json(await jobOrProblem(db, id), 200);
  })
  .openapi(retry, async (c) => {
    const { db } = c.var.services;
    const { id } = c.req.valid("param");
    const jobs = jobsOf(c.var.services, c.env);
    await queried(() => retryJob(jobs, id));
    return c.json(await jobOrProblem(db, id), 200);
  });

export type JobsApi = typeof jobRoutes;

async function jobOrProblem(db: Services["db"], id: string): Promise<JobDetail> {
  const job = await queried(() => findJob(db, id));
  if (job === undefined) throw new ProblemError("not_found");
  return job;
}

function cursorOf(text: string) {
  const cursor = parseCursor(text);
  if (cursor !== undefined) return cursor;
  throw new ProblemError("bad_request", {
    issues: [{ path: "cursor", message: "is not a cursor of this list" }],
  });
}
