import { recordCall } from "../../../db/queries/match-call.ts";
import { inScope, newScope } from "../../../platform/meter/scope.ts";
import type { CallOutcome } from "../../../protocol/match/requests.ts";
import { databaseOf, meteredRedisOf } from "../../host/stores.ts";

/** How long one try may take, a database that has to wake included. */
const query_ms_max = 10_000;

/** Takes a call's outcome; taking it twice changes nothing. */
export type Recorder = (outcome: CallOutcome) => Promise<void>;

/** Postgres, as the Worker's bindings name it; undefined where there is none, as on a bare host. */
export function recorderOf(env: unknown): Recorder | undefined {
  const db = databaseOf(env, query_ms_max, meteredRedisOf(env)?.meter);
  if (db === undefined) return undefined;
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
