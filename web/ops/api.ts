import { hc } from "hono/client";
import type { JobsApi } from "../../functions/jobs/routes.ts";
import type { OpsApi } from "../../functions/ops/routes.ts";
import type { Job } from "../../protocol/jobs.ts";
import { type Overview, overviewSchema } from "../../protocol/overview.ts";
import { problemOf } from "../api/problem.ts";

const answer_ms_max = 10_000;
/** Dead jobs shown at once; whoever has more looks at these first. */
export const deadJobs_max = 50;

const ops = hc<OpsApi>("/");
const jobs = hc<JobsApi>("/");

const as = (token: string) => ({
  headers: { Authorization: `Bearer ${token}` },
  init: { signal: AbortSignal.timeout(answer_ms_max) },
});

/** How the house does, with so many hours of its meter. @throws ApiProblem */
export async function fetchOverview(token: string, hours: number): Promise<Overview> {
  const query = { hours: String(hours) };
  const response = await ops.v1.ops.overview.$get({ query }, as(token));
  if (!response.ok) throw await problemOf(response);
  return overviewSchema.parse(await response.json());
}

/** Jobs that were given up, newest first. It asks Postgres, which may have to wake. @throws ApiProblem */
export async function fetchDeadJobs(token: string): Promise<readonly Job[]> {
  const query = { status: "dead" as const, limit: String(deadJobs_max) };
  const response = await jobs.v1.jobs.$get({ query }, as(token));
  if (!response.ok) throw await problemOf(response);
  return (await response.json()).jobs;
}

/** Queues a dead job anew, with all its attempts before it. @throws ApiProblem */
export async function retryDeadJob(token: string, id: string): Promise<void> {
  const response = await jobs.v1.jobs[":id"].retry.$post({ param: { id } }, as(token));
  if (!response.ok) throw await problemOf(response);
}
