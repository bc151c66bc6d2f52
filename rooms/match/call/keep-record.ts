import { createDb } from "../../../db/client.ts";
import { recordCall } from "../../../db/queries/match-call.ts";
import { isolateMeter } from "../../../platform/meter/isolate.ts";
import { inScope, newScope } from "../../../platform/meter/scope.ts";
import { meterSqlFetch } from "../../../platform/meter/sql-fetch.ts";
import type { CallOutcome } from "../../../protocol/match/requests.ts";

/** How long one try may take, a database that has to wake included. */
const query_ms_max = 10_000;

/** Takes a call's outcome; taking it twice changes nothing. */
export type Recorder = (outcome: CallOutcome) => Promise<void>;

/** Postgres, as the Worker's bindings name it; undefined where there is none, as on a bare host. */
export function recorderOf(env: unknown): Recorder | undefined {
  const bindings = env as Readonly<Record<string, unknown>>;
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, VERSION } = bindings;
  const { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: endpoint } = bindings;
  if (typeof url !== "string" || typeof token !== "string" || typeof databaseUrl !== "string")
    return undefined;
  const { meter } = isolateMeter({
    url,
    token,
    version: typeof VERSION === "string" ? VERSION : "dev",
  });
  const fetchEndpoint = typeof endpoint === "string" ? { fetchEndpoint: endpoint } : {};
  const fetch = meterSqlFetch(meter, Date.now);
  const db = createDb({ databaseUrl, query_ms_max, fetch, ...fetchEndpoint });
  return (outcome) => inScope(newScope("match"), () => recordCall(db, outcome));
}

/**
 * Hands a call's outcome over, and says whether it was taken; it never throws. Where nobody keeps
 * outcomes there is nothing to do.
 * @param report hears of failures, to be logged
 */
export async function keepRecord(
  outcome: CallOutcome,
  recorder: Recorder | undefined,
  report: (error: unknown) => void,
): Promise<{ readonly type: "recorded"; readonly ok: boolean }> {
  try {
    await recorder?.(outcome);
    return { type: "recorded", ok: true };
  } catch (error) {
    report(error);
    return { type: "recorded", ok: false };
  }
}
