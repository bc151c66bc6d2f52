import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type MomentCursor, momentOf, msOf, resolved, rowsOf } from "./match-sql.ts";

export interface NewReport {
  readonly id: string;
  readonly callId: string;
  readonly reporterId: string;
  readonly reportedId: string;
  readonly reason: string;
  readonly details: string;
}

/**
 * Keeps a report. A second one of the same call by the same person changes nothing. One round trip.
 * @returns the id of the report that is kept, or undefined when the reported is gone
 */
export async function insertReport(db: Db, report: NewReport): Promise<string | undefined> {
  const [row] = await rowsOf<{ id: string }>(
    db,
    sql`
    insert into match_report (id, call_id, reporter_id, reported_id, reason, details)
    select ${report.id}::text, ${report.callId}::text, ${report.reporterId}::text, person.id,
      ${report.reason}::text, ${report.details}::text
    from "user" person where person.id = ${resolved(report.reportedId)}
    on conflict (call_id, reporter_id) do update set call_id = excluded.call_id
    returning id`,
  );
  return row?.id;
}

export interface ReportRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly call_id: string;
  readonly reporter_id: string | null;
  readonly reporter_name: string | null;
  readonly reported_id: string;
  readonly reported_name: string | null;
  readonly reports_of_reported: number;
  readonly reason: string;
  readonly details: string;
  readonly created_at_ms: number;
  readonly decision: "dismissed" | "warned" | "banned" | null;
  readonly decided_at_ms: number | null;
  readonly note: string | null;
}

const columns = sql`page.id, page.call_id, page.reporter_id, page.reported_id, page.reason,
  page.details, page.decision, page.note, ${msOf("page.created_at")} as created_at_ms,
  ${msOf("page.decided_at")} as decided_at_ms,
  reporter.name as reporter_name, reported.name as reported_name,
  (select count(*) from match_report other where other.reported_id = page.reported_id)::integer
    as reports_of_reported`;
const joins = sql`left join match_profile reporter on reporter.user_id = page.reporter_id
  left join match_profile reported on reported.user_id = page.reported_id`;

/**
 * Reports, from a cursor on: open ones in the order they came, so that the oldest is decided first,
 * and decided ones with the newest first. One round trip; the page itself is one index.
 */
export function listReports(
  db: Db,
  state: "open" | "closed",
  limit: number,
  after: MomentCursor | undefined,
): Promise<readonly ReportRow[]> {
  const order = sql.raw(state === "open" ? "asc" : "desc");
  const beyond = sql.raw(state === "open" ? ">" : "<");
  const which = sql.raw(state === "open" ? "decision is null" : "decision is not null");
  const further: SQL =
    after === undefined
      ? sql``
      : sql`and (created_at, id) ${beyond} (${momentOf(after.at_ms)}, ${after.id}::text)`;
  return rowsOf<ReportRow>(
    db,
    sql`
    select ${columns} from (
      select * from match_report where ${which} ${further}
      order by created_at ${order}, id ${order} limit ${limit}::integer
    ) page ${joins}
    order by page.created_at ${order}, page.id ${order}`,
  );
}

export async function findReport(db: Db, id: string): Promise<ReportRow | undefined> {
  const [row] = await rowsOf<ReportRow>(
    db,
    sql`select ${columns} from match_report page ${joins} where page.id = ${id}`,
  );
  return row;
}

/** What an operator decided of a report. */
export interface Decision {
  readonly decision: "dismissed" | "warned" | "banned";
  readonly note: string;
  /** The operator's account, or `token`. */
  readonly decidedBy: string;
  /** For a ban: its id, and its days, null for good. */
  readonly banId: string;
  readonly days: number | null;
}

/**
 * Decides an open report, and bans whom it is about if that is the decision: both or neither. One
 * round trip.
 * @returns whom it was about, or undefined when there is no such open report
 */
export async function decideReport(
  db: Db,
  id: string,
  { decision, note, decidedBy, banId, days }: Decision,
): Promise<string | undefined> {
  const [row] = await rowsOf<{ reported_id: string }>(
    db,
    sql`
    with decided as (
      update match_report set decision = ${decision}::text, note = ${note}::text,
        decided_by = ${decidedBy}::text, decided_at = now()
      where id = ${id} and decision is null
      returning id, reported_id, reason
    ),
    banned as (
      insert into match_ban (id, user_id, reason, report_id, banned_by, expires_at)
      select ${banId}::text, reported_id, reason, id, ${decidedBy}::text,
        now() + make_interval(days => ${days}::integer)
      from decided where ${decision}::text = 'banned'
    )
    select reported_id from decided`,
  );
  return row?.reported_id;
}
