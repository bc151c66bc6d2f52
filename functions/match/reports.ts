import type { Context } from "hono";
import type { z } from "zod";
import { insertReport } from "../../db/queries/match-report.ts";
import type { reportSchema } from "../../protocol/match/rest-calls.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import { block } from "./blocks.ts";
import { partnerOf } from "./call.ts";

/**
 * Reports the partner of a call. Whom it is about comes from the call and not from the reporter, so
 * that nobody can report somebody they have not met.
 * @throws ProblemError `not_found` for a call that is not theirs, or whose partner is gone;
 *   `room_unavailable`, `unavailable`
 */
export async function report(
  c: Context<AppEnv>,
  reporterId: string,
  { callId, reason, details, block: andBlock }: z.output<typeof reportSchema>,
): Promise<{ readonly reportId: string; readonly blocked: boolean }> {
  const { services } = c.var;
  const reportedId = await partnerOf(c, callId, reporterId);
  if (reportedId === null) throw new ProblemError("not_found", { detail: "the partner is gone" });
  const facts = { id: randomId(), callId, reporterId, reportedId, reason, details };
  const reportId = await queried(() => insertReport(services.db, facts));
  if (reportId === undefined)
    throw new ProblemError("not_found", { detail: "the partner is gone" });
  return { reportId, blocked: andBlock && (await blocked(c, reporterId, reportedId)) };
}

/** A report that is kept is not lost because the block beside it fails; the answer says which. */
async function blocked(c: Context<AppEnv>, reporterId: string, reportedId: string) {
  try {
    await block(c.var.services, reporterId, reportedId);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return false;
  }
}
