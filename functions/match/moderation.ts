import type { Context } from "hono";
import { type BanRow, findBan, insertBan, liftBan, listBans } from "../../db/queries/match-ban.ts";
import {
  decideReport,
  findReport,
  listReports,
  type ReportRow,
} from "../../db/queries/match-report.ts";
import { reportReasonSchema } from "../../protocol/match/rest-calls.ts";
import type {
  Ban,
  CreateBan,
  Decide,
  ModeratedReport,
} from "../../protocol/match/rest-moderation.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { identify } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import type { Services } from "../services.ts";
import type { PageQuery } from "./calls.ts";
import { cursorOf, pageOf } from "./cursor.ts";
import { markOrigins } from "./origin.ts";
import { putOut } from "./put-out.ts";

type Parts = Pick<Services, "db" | "rooms" | "settings">;

/** Who decides, for the record: an operator's account, or whoever has the deployment's token. */
export async function deciderOf(c: Context<AppEnv>): Promise<string> {
  if (c.req.header("Authorization") !== undefined) return "token";
  const identity = await identify(c);
  return identity?.type === "user" ? identity.user.id : "token";
}

/** A page of reports: open ones oldest first, decided ones newest first. */
export async function reports(
  { db }: Parts,
  { state, limit, cursor }: PageQuery & { readonly state: "open" | "closed" },
) {
  const after = cursorOf(cursor);
  const found = await queried(() => listReports(db, state, limit + 1, after));
  const page = pageOf(found, limit, (row) => ({ at_ms: row.created_at_ms, id: row.id }));
  return { reports: page.rows.map(reportOf), cursor: page.cursor };
}

/**
 * Decides an open report; a ban takes its person out of all lobbies and the call at once.
 * @throws ProblemError `not_found`; `stale_command` when somebody else has decided it
 */
export async function decide(
  parts: Parts,
  id: string,
  decision: Decide,
  decidedBy: string,
): Promise<ModeratedReport> {
  const { db } = parts;
  const banId = randomId();
  const about = await queried(() =>
    decideReport(db, id, {
      decision: decision.decision,
      note: decision.note ?? "",
      decidedBy,
      banId,
      days: decision.decision === "banned" ? decision.days : null,
    }),
  );
  const row = await queried(() => findReport(db, id));
  if (row === undefined) throw new ProblemError("not_found");
  if (about === undefined)
    throw new ProblemError("stale_command", { detail: "this report has been decided" });
  if (decision.decision === "banned")
    await Promise.all([putOut(parts, about, row.call_id), markOrigins(parts, banId, about)]);
  return reportOf(row);
}

/** A page of bans, newest first. */
export async function bans(
  { db }: Parts,
  { state, limit, cursor }: PageQuery & { readonly state: "active" | "all" },
) {
  const after = cursorOf(cursor);
  const found = await queried(() => listBans(db, state, limit + 1, after));
  const page = pageOf(found, limit, (row) => ({ at_ms: row.created_at_ms, id: row.id }));
  return { bans: page.rows.map(banOf), cursor: page.cursor };
}

/** Bans somebody without a report, out of whatever they are in. @throws ProblemError `not_found` */
export async function ban(parts: Parts, made: CreateBan, bannedBy: string): Promise<Ban> {
  const { db } = parts;
  const id = randomId();
  const done = await queried(() => insertBan(db, { id, bannedBy, ...made }));
  const row = done ? await queried(() => findBan(db, id)) : undefined;
  if (row === undefined) throw new ProblemError("not_found");
  await Promise.all([putOut(parts, row.user_id), markOrigins(parts, id, row.user_id)]);
  return banOf(row);
}

/** Ends a ban before its time; one that is over stays as it is. @throws ProblemError `not_found` */
export async function lift({ db }: Parts, id: string, liftedBy: string): Promise<Ban> {
  const row = await queried(() => liftBan(db, id, liftedBy));
  if (row === undefined) throw new ProblemError("not_found");
  return banOf(row);
}

function reportOf(row: ReportRow): ModeratedReport {
  const { reporter_id: reporterId, decided_at_ms } = row;
  return {
    id: row.id,
    callId: row.call_id,
    reporter: reporterId === null ? null : { userId: reporterId, name: row.reporter_name },
    reported: { userId: row.reported_id, name: row.reported_name },
    reportsOfReported: row.reports_of_reported,
    reason: reportReasonSchema.catch("other").parse(row.reason),
    details: row.details,
    createdAt: new Date(row.created_at_ms).toISOString(),
    decision: row.decision,
    decidedAt: isoOrNull(decided_at_ms),
    note: row.note,
  };
}

function banOf(row: BanRow): Ban {
  return {
    id: row.id,
    user: { userId: row.user_id, name: row.name },
    reason: row.reason,
    reportId: row.report_id,
    createdAt: new Date(row.created_at_ms).toISOString(),
    expiresAt: isoOrNull(row.expires_at_ms),
    liftedAt: isoOrNull(row.lifted_at_ms),
  };
}

function isoOrNull(at_ms: number | null): string | null {
  return at_ms === null ? null : new Date(at_ms).toISOString();
}
