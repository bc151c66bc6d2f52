import { hc } from "hono/client";
import type { OpsApi } from "../../functions/ops/routes.ts";
import { problemOf } from "../api/problem.ts";

const answer_ms_max = 8_000;

const client = hc<OpsApi>("/");

/** Whether the API runs; wakes nothing, so it may be asked now and then. @throws ApiProblem */
export async function fetchHealth() {
  const response = await client.health.$get(
    {},
    { init: { signal: AbortSignal.timeout(answer_ms_max) } },
  );
  if (!response.ok) throw await problemOf(response);
  return response.json();
}
