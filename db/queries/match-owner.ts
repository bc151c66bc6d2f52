import { and, asc, desc, eq, gt, or, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import {
  matchBan,
  matchBanMark,
  matchBlock,
  matchCall,
  matchConsent,
  matchMoved,
  matchPicture,
  matchProfile,
  matchReport,
} from "../schema/match.ts";

/**
 * Statements that make a guest's things an account's. What the account has already it keeps, and the
 * guest's goes with the guest; bans and blocks, given and received, always move.
 */
export function moveStatements(db: Db, from: string, to: string) {
  return [
    // Before the profile: a picture goes along only with the profile it belongs to.
    db.execute(sql`update match_picture set user_id = ${to} where user_id = ${from}
      and not exists (select 1 from match_profile where user_id = ${to})`),
    db.execute(sql`update match_profile set user_id = ${to} where user_id = ${from}
      and not exists (select 1 from match_profile where user_id = ${to})`),
    db.execute(sql`update match_consent moved set user_id = ${to} where user_id = ${from}
      and not exists (select 1 from match_consent kept
        where kept.user_id = ${to} and kept.rules_version = moved.rules_version)`),
    db.execute(sql`update match_call moved set user_id = ${to} where user_id = ${from}
      and not exists (select 1 from match_call kept
        where kept.user_id = ${to} and kept.call_id = moved.call_id)`),
    db.execute(sql`update match_call set partner_id = ${to} where partner_id = ${from}`),
    db.execute(sql`update match_block moved set blocker_id = ${to} where blocker_id = ${from}
      and blocked_id <> ${to} and not exists (select 1 from match_block kept
        where kept.blocker_id = ${to} and kept.blocked_id = moved.blocked_id)`),
    db.execute(sql`update match_block moved set blocked_id = ${to} where blocked_id = ${from}
      and blocker_id <> ${to} and not exists (select 1 from match_block kept
        where kept.blocked_id = ${to} and kept.blocker_id = moved.blocker_id)`),
    db.execute(sql`update match_report moved set reporter_id = ${to} where reporter_id = ${from}
      and not exists (select 1 from match_report kept
        where kept.reporter_id = ${to} and kept.call_id = moved.call_id)`),
    db.execute(sql`update match_report set reported_id = ${to} where reported_id = ${from}`),
    db.execute(sql`update match_ban set user_id = ${to} where user_id = ${from}`),
    db.execute(sql`insert into match_moved (guest_id, account_id) values (${from}, ${to})
      on conflict (guest_id) do update set account_id = excluded.account_id`),
  ];
}

/** The ids that an account had as a guest, the latest first; rooms may know it by one for a while. */
export async function listFormerIds(db: Db, accountId: string): Promise<readonly string[]> {
  const rows = await db
    .select({ id: matchMoved.guestId })
    .from(matchMoved)
    .where(eq(matchMoved.accountId, accountId))
    .orderBy(desc(matchMoved.movedAt))
    .limit(formerIds_max);
  return rows.map(({ id }) => id);
}
const formerIds_max = 4;

/**
 * Statements that forget a person, with the table that each is counted under. Partners keep their
 * own history, in which the person is nobody; reports the person made stay with those who look
 * after the place, without the person and without the words. Blocks go both ways: ids are never
 * given out again, so there is nobody left to be kept apart. A mark of a ban stays for its month as
 * the keyed hash of an address, without the ban and the person: else erasing oneself would be the way
 * around a ban.
 */
export function matchEraseStatements(db: Db, userId: string) {
  return [
    {
      table: "match_profile",
      statement: db.delete(matchProfile).where(eq(matchProfile.userId, userId)),
    },
    {
      // The row without its person is what the picture is found and deleted by.
      table: "match_picture",
      statement: db
        .update(matchPicture)
        .set({ userId: null, shown: false })
        .where(eq(matchPicture.userId, userId)),
    },
    {
      table: "match_consent",
      statement: db.delete(matchConsent).where(eq(matchConsent.userId, userId)),
    },
    { table: "match_call", statement: db.delete(matchCall).where(eq(matchCall.userId, userId)) },
    {
      table: "match_call",
      statement: db
        .update(matchCall)
        .set({ partnerId: null })
        .where(eq(matchCall.partnerId, userId)),
    },
    {
      table: "match_block",
      statement: db
        .delete(matchBlock)
        .where(or(eq(matchBlock.blockerId, userId), eq(matchBlock.blockedId, userId))),
    },
    { table: "match_ban", statement: db.delete(matchBan).where(eq(matchBan.userId, userId)) },
    {
      table: "match_report",
      statement: db.delete(matchReport).where(eq(matchReport.reportedId, userId)),
    },
    {
      table: "match_report",
      statement: db
        .update(matchReport)
        .set({ reporterId: null, details: "" })
        .where(eq(matchReport.reporterId, userId)),
    },
    {
      table: "match_moved",
      statement: db.delete(matchMoved).where(eq(matchMoved.accountId, userId)),
    },
  ];
}

/** Pages of what match keeps of a person, by table; each starts behind a key of its own. */
export function matchExportPages(db: Db, userId: string) {
  return {
    match_profile: (after: string, limit: number) =>
      db
        .select()
        .from(matchProfile)
        .where(and(eq(matchProfile.userId, userId), gt(matchProfile.userId, after)))
        .limit(limit),
    match_picture: (after: string, limit: number) =>
      db
        .select()
        .from(matchPicture)
        .where(and(eq(matchPicture.userId, userId), gt(matchPicture.key, after)))
        .orderBy(asc(matchPicture.key))
        .limit(limit),
    match_consent: (after: string, limit: number) =>
      db
        .select()
        .from(matchConsent)
        .where(
          and(
            eq(matchConsent.userId, userId),
            gt(matchConsent.rulesVersion, after === "" ? -1 : Number(after)),
          ),
        )
        .orderBy(asc(matchConsent.rulesVersion))
        .limit(limit),
    match_call: (after: string, limit: number) =>
      db
        .select()
        .from(matchCall)
        .where(and(eq(matchCall.userId, userId), gt(matchCall.callId, after)))
        .orderBy(asc(matchCall.callId))
        .limit(limit),
    match_block: (after: string, limit: number) =>
      db
        .select()
        .from(matchBlock)
        .where(and(eq(matchBlock.blockerId, userId), gt(matchBlock.blockedId, after)))
        .orderBy(asc(matchBlock.blockedId))
        .limit(limit),
    match_report: (after: string, limit: number) =>
      db
        .select({
          id: matchReport.id,
          callId: matchReport.callId,
          reason: matchReport.reason,
          details: matchReport.details,
          createdAt: matchReport.createdAt,
        })
        .from(matchReport)
        .where(and(eq(matchReport.reporterId, userId), gt(matchReport.id, after)))
        .orderBy(asc(matchReport.id))
        .limit(limit),
    match_ban_mark: (after: string, limit: number) =>
      db
        .select({
          id: matchBanMark.id,
          mark: matchBanMark.mark,
          createdAt: matchBanMark.createdAt,
          expiresAt: matchBanMark.expiresAt,
        })
        .from(matchBanMark)
        .innerJoin(matchBan, eq(matchBan.id, matchBanMark.banId))
        .where(and(eq(matchBan.userId, userId), gt(matchBanMark.id, after)))
        .orderBy(asc(matchBanMark.id))
        .limit(limit),
    match_ban: (after: string, limit: number) =>
      db
        .select({
          id: matchBan.id,
          reason: matchBan.reason,
          createdAt: matchBan.createdAt,
          expiresAt: matchBan.expiresAt,
          liftedAt: matchBan.liftedAt,
        })
        .from(matchBan)
        .where(and(eq(matchBan.userId, userId), gt(matchBan.id, after)))
        .orderBy(asc(matchBan.id))
        .limit(limit),
  };
}
