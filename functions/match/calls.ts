import { listCalls, type PastCallRow } from "../../db/queries/match-call.ts";
import type { PastCall, PastCalls } from "../../protocol/match/rest-calls.ts";
import { queried } from "../database.ts";
import type { Services } from "../services.ts";
import { cursorOf, pageOf } from "./cursor.ts";
import { picturePath } from "./profile.ts";

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of somebody's calls, newest first. @throws ProblemError `bad_request`, `unavailable` */
export async function pastCalls(
  { db }: Pick<Services, "db">,
  userId: string,
  { limit, cursor }: PageQuery,
): Promise<PastCalls> {
  const after = cursorOf(cursor);
  const found = await queried(() => listCalls(db, userId, limit + 1, after));
  const page = pageOf(found, limit, (row) => ({ at_ms: row.started_at_ms, id: row.call_id }));
  return { calls: page.rows.map(pastCallOf), cursor: page.cursor };
}

function pastCallOf(row: PastCallRow): PastCall {
  const { partner_id: partnerId, started_at_ms, ended_at_ms } = row;
  return {
    callId: row.call_id,
    partner:
      partnerId === null
        ? null
        : { userId: partnerId, name: row.partner_name, picturePath: picturePath(row.picture_key) },
    startedAt: new Date(started_at_ms).toISOString(),
    endedAt: new Date(ended_at_ms).toISOString(),
    duration_ms: Math.round(ended_at_ms - started_at_ms),
    reason: row.reason,
    rating: row.rating,
    blocked: row.blocked,
  };
}
