import { sql } from "drizzle-orm";
import type { CallOutcome } from "../../protocol/match/requests.ts";
import type { Db } from "../client.ts";
import { type MomentCursor, momentOf, msOf, resolved, rowsOf } from "./match-sql.ts";

/**
 * Keeps a call in the history of both members. Told twice it changes nothing. A member who is gone
 * by now has no history, and is nobody in the other's. One round trip.
 */
export async function recordCall(db: Db, outcome: CallOutcome): Promise<void> {
  const { callId, members, startedAt_ms, endedAt_ms, reason } = outcome;
  const [one, other] = members;
  await db.execute(sql`
    insert into match_call (call_id, user_id, partner_id, started_at, ended_at, reason)
    select ${callId}::text, me.id, partner.id, ${momentOf(startedAt_ms)},
      ${momentOf(Math.max(startedAt_ms, endedAt_ms))}, ${reason.slice(0, 40)}::text
    from (values (${resolved(one)}, ${resolved(other)}), (${resolved(other)}, ${resolved(one)}))
      as pair (me_id, partner_id)
    join "user" me on me.id = pair.me_id
    left join "user" partner on partner.id = pair.partner_id
    on conflict (call_id, user_id) do nothing`);
}

/**
 * Deletes some calls that began before so many days.
 * @returns how many rows; fewer than `limit` when none is left
 */
export async function deleteOldCalls(db: Db, days: number, limit: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from match_call where (call_id, user_id) in (
      select call_id, user_id from match_call
      where started_at < now() - make_interval(days => ${days}::integer)
      limit ${limit}::integer
    )`);
  return rowCount ?? 0;
}

/** One call of a history, with what may be shown of the partner. */
export interface PastCallRow {
  readonly [column: string]: unknown;
  readonly call_id: string;
  /** Null for somebody who is gone. */
  readonly partner_id: string | null;
  /** Null without a profile, or for somebody who has blocked the reader. */
  readonly partner_name: string | null;
  readonly picture_key: string | null;
  readonly started_at_ms: number;
  readonly ended_at_ms: number;
  readonly reason: string;
  readonly rating: number | null;
  readonly blocked: boolean;
}

/** A person's calls, newest first, from a cursor on. One round trip; the list itself is one index. */
export function listCalls(
  db: Db,
  userId: string,
  limit: number,
  after: MomentCursor | undefined,
): Promise<readonly PastCallRow[]> {
  const further =
    after === undefined
      ? sql``
      : sql`and (started_at, call_id) < (${momentOf(after.at_ms)}, ${after.id}::text)`;
  return rowsOf<PastCallRow>(
    db,
    sql`
    select page.call_id, page.partner_id, page.reason, page.rating,
      ${msOf("page.started_at")} as started_at_ms, ${msOf("page.ended_at")} as ended_at_ms,
      profile.name as partner_name,
      case when profile.user_id is not null then picture.key end as picture_key,
      mine.blocker_id is not null as blocked
    from (
      select * from match_call where user_id = ${userId} ${further}
      order by started_at desc, call_id desc limit ${limit}::integer
    ) page
    left join match_block mine
      on mine.blocker_id = page.user_id and mine.blocked_id = page.partner_id
    left join match_block theirs
      on theirs.blocker_id = page.partner_id and theirs.blocked_id = page.user_id
    left join match_profile profile
      on profile.user_id = page.partner_id and theirs.blocker_id is null
    left join match_picture picture on picture.user_id = page.partner_id and picture.shown
    order by page.started_at desc, page.call_id desc`,
  );
}

/** Whom somebody met in a call; the id is null when they are gone. Undefined for no call of theirs. */
export async function findPartner(
  db: Db,
  callId: string,
  userId: string,
): Promise<{ readonly partnerId: string | null } | undefined> {
  const [row] = await rowsOf<{ partner_id: string | null }>(
    db,
    sql`select partner_id from match_call where call_id = ${callId} and user_id = ${userId}`,
  );
  return row && { partnerId: row.partner_id };
}

/** Keeps what somebody thinks of a call, in place of what they thought before. @returns false without such a call */
export async function rateCall(
  db: Db,
  callId: string,
  userId: string,
  rating: number,
): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`update match_call set rating = ${rating}::smallint, rated_at = now()
    where call_id = ${callId} and user_id = ${userId} returning call_id`,
  );
  return rows.length > 0;
}
