import "../api/jitless.ts";
import { hc } from "hono/client";
import type { OpsApi } from "../../functions/ops/routes.ts";
import { type Ready, readySchema } from "../../protocol/ops.ts";
import { problemOf } from "../api/problem.ts";

const answer_ms_max = 8_000;

const client = hc<OpsApi>("/");
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

/** What stands behind the API; wakes what sleeps, so it is asked only on demand. @throws ApiProblem */
export async function fetchReady(): Promise<Ready> {
  const response = await client.ready.$get({}, limits());
  // A part that is down is an answer, not a failure: the same body with another status.
  const ready = readySchema.safeParse(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  );
  if (ready.success) return ready.data;
  throw await problemOf(response);
}
