import { hc } from "hono/client";
import type { AnalyticsApi } from "../../functions/analytics/routes.ts";
import type { IdentityApi } from "../../functions/identity/routes.ts";
import type { JobsApi } from "../../functions/jobs/routes.ts";
import type { OpsApi } from "../../functions/ops/routes.ts";
import {
  type BufferOverview,
  bufferOverviewSchema,
} from "../../protocol/analytics/buffer-metrics.ts";
import type { Operator } from "../../protocol/identity/operator.ts";
import type { Job } from "../../protocol/jobs.ts";
import { type Overview, overviewSchema } from "../../protocol/overview.ts";
import { problemOf } from "../api/problem.ts";

const answer_ms_max = 10_000;
/** Dead jobs shown at once; whoever has more looks at these first. */
export const deadJobs_max = 50;

const ops = hc<OpsApi>("/");
const jobs = hc<JobsApi>("/");
const analytics = hc<AnalyticsApi>("/");
const identity = hc<IdentityApi>("/");

/** What opens operations: the token, or with null the account that is signed in. */
export type Access = string | null;

const as = (access: Access) => ({
  headers: access === null ? {} : { Authorization: `Bearer ${access}` },
  init: { signal: AbortSignal.timeout(answer_ms_max) },
});

/** How the house does, with so many hours of its meter. @throws ApiProblem */
export async function fetchOverview(access: Access, hours: number): Promise<Overview> {
  const query = { hours: String(hours) };
  const response = await ops.v1.ops.overview.$get({ query }, as(access));
  if (!response.ok) throw await problemOf(response);
  return overviewSchema.parse(await response.json());
}

/** Jobs that were given up, newest first. It asks Postgres, which may have to wake. @throws ApiProblem */
export async function fetchDeadJobs(access: Access): Promise<readonly Job[]> {
  const query = { status: "dead" as const, limit: String(deadJobs_max) };
  const response = await jobs.v1.jobs.$get({ query }, as(access));
  if (!response.ok) throw await problemOf(response);
  return (await response.json()).jobs;
}

/** Queues a dead job anew, with all its attempts before it. @throws ApiProblem */
export async function retryDeadJob(access: Access, id: string): Promise<void> {
  const response = await jobs.v1.jobs[":id"].retry.$post({ param: { id } }, as(access));
  if (!response.ok) throw await problemOf(response);
}

/** How all buffers of analytics stand. It wakes none. @throws ApiProblem */
export async function fetchBuffers(access: Access): Promise<BufferOverview> {
  const response = await analytics.v1.analytics.metrics.$get({ query: {} }, as(access));
  if (!response.ok) throw await problemOf(response);
  return bufferOverviewSchema.parse(await response.json());
}

/** Who runs this deployment, by address. It asks Postgres, which may have to wake. @throws ApiProblem */
export async function fetchOperators(access: Access): Promise<readonly Operator[]> {
  const response = await identity.v1.operators.$get({}, as(access));
  if (!response.ok) throw await problemOf(response);
  return (await response.json()).operators;
}

/** Makes the account with this address an operator's. @throws ApiProblem */
export async function addOperator(access: Access, email: string): Promise<Operator> {
  const response = await identity.v1.operators.$post({ json: { email } }, as(access));
  if (!response.ok) throw await problemOf(response);
  return await response.json();
}

/** Makes it an ordinary account again, and signs it out everywhere. @throws ApiProblem */
export async function removeOperator(access: Access, id: string): Promise<void> {
  const response = await identity.v1.operators[":id"].remove.$post({ param: { id } }, as(access));
  if (!response.ok) throw await problemOf(response);
}
