import { hc } from "hono/client";
import type { OpsApi } from "../../functions/ops/routes.ts";
import { problemOf } from "../api/problem.ts";

const answer_ms_max = 8_000;

export const client = hc<OpsApi>("/");
export const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

/** Whether the API runs; wakes nothing, so it may be asked now and then. @throws ApiProblem */
export async function fetchHealth() {
  const response = await client.health.$get({}, limits());
  if (!response.ok) throw await problemOf(response);
  return response.json();
}
