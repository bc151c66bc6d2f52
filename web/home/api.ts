import "../api/jitless.ts";
import { type Ready, readySchema } from "../../protocol/ops.ts";
import { problemOf } from "../api/problem.ts";
import { client, limits } from "./health.ts";

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
