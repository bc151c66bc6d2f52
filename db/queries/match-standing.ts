import { and, desc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import {
  matchBan,
  matchConsent,
  matchPicture,
  matchProfile,
  matchReport,
} from "../schema/match.ts";
import { needsAccount, type Origin } from "./match-ban-mark.ts";
import { banHolds, msOf, rowsOf } from "./match-sql.ts";

/** Keeps that somebody has confirmed these rules; the first time counts. One round trip. */
export async function confirmRules(db: Db, userId: string, rulesVersion: number): Promise<Date> {
  const [row] = await db
    .insert(matchConsent)
    .values({ userId, rulesVersion })
    .onConflictDoUpdate({
      target: [matchConsent.userId, matchConsent.rulesVersion],
      // It changes nothing, and makes `returning` speak of the row that is there.
      set: { rulesVersion: sql`excluded.rules_version` },
    })
    .returning({ confirmedAt: matchConsent.confirmedAt });
  if (row === undefined) throw new Error("insert into match_consent returned no row");
  return row.confirmedAt;
}

/** Where somebody stands: profile, picture, rules, ban and warnings, in one view. One round trip. */
export async function findStanding(db: Db, userId: string, rulesVersion: number, origin: Origin) {
  const [profiles, pictures, consents, bans, warnings, needs] = await db.batch([
    db.select().from(matchProfile).where(eq(matchProfile.userId, userId)),
    db
      .select({ key: matchPicture.key })
      .from(matchPicture)
      .where(and(eq(matchPicture.userId, userId), eq(matchPicture.shown, true))),
    db
      .select({ confirmedAt: matchConsent.confirmedAt })
      .from(matchConsent)
      .where(and(eq(matchConsent.userId, userId), eq(matchConsent.rulesVersion, rulesVersion))),
    db
      .select()
      .from(matchBan)
      .where(
        and(
          eq(matchBan.userId, userId),
          isNull(matchBan.liftedAt),
          or(isNull(matchBan.expiresAt), gt(matchBan.expiresAt, sql`now()`)),
        ),
      )
      // The one that ends last, and before all others one that never does.
      .orderBy(sql`${matchBan.expiresAt} desc nulls first`)
      .limit(1),
    db
      .select({ reason: matchReport.reason, at: matchReport.decidedAt })
      .from(matchReport)
      .where(and(eq(matchReport.reportedId, userId), inArray(matchReport.decision, ["warned"])))
      .orderBy(desc(matchReport.createdAt), desc(matchReport.id))
      .limit(10),
    db.execute<{ needs_account: boolean }>(
      sql`select ${needsAccount(origin)} as needs_account from "user" person where id = ${userId}`,
    ),
  ]);
  return {
    profile: profiles[0],
    pictureKey: pictures[0]?.key ?? null,
    confirmedAt: consents[0]?.confirmedAt,
    ban: bans[0],
    warnings,
    needsAccount: needs.rows[0]?.needs_account ?? false,
  };
}

/** All that decides whether and how somebody enters a lobby. */
export interface LobbyFacts {
  readonly [column: string]: unknown;
  /** Null without a profile. */
  readonly name: string | null;
  readonly age_range: string | null;
  readonly languages: readonly string[] | null;
  readonly interests: readonly string[] | null;
  readonly gender: string | null;
  readonly picture_key: string | null;
  readonly confirmed: boolean;
  /** The latest end of the bans that hold; null with `banned` for one without an end. */
  readonly banned: boolean;
  readonly banned_until_ms: number | null;
  /** Somebody banned has been here from the same place: only an account may enter. */
  readonly needs_account: boolean;
  /** Whom they have blocked, the newest first. */
  readonly blocks: readonly string[];
  /** Who has blocked them, the newest first. */
  readonly blocked_by: readonly string[];
  /** Whom they met last, each once, the latest first. */
  readonly partners: readonly string[];
}

export interface LobbyFactsOptions {
  readonly rulesVersion: number;
  readonly blocks_max: number;
  /** How many calls back partners are told. */
  readonly calls_max: number;
  readonly origin: Origin;
}

/** Reads them in one statement. @returns undefined for a user who is gone */
export async function findLobbyFacts(
  db: Db,
  userId: string,
  { rulesVersion, blocks_max, calls_max, origin }: LobbyFactsOptions,
): Promise<LobbyFacts | undefined> {
  const [row] = await rowsOf<LobbyFacts>(
    db,
    sql`
    select profile.name, profile.age_range, profile.gender, picture.key as picture_key,
      to_jsonb(profile.languages) as languages, to_jsonb(profile.interests) as interests,
      exists (select 1 from match_consent
        where user_id = person.id and rules_version = ${rulesVersion}::integer) as confirmed,
      ban.held > 0 as banned, ${needsAccount(origin)} as needs_account,
      case when ban.endless = 0 then ban.until_ms end as banned_until_ms,
      (select coalesce(jsonb_agg(blocked_id), '[]') from (
        select blocked_id from match_block where blocker_id = person.id
        order by created_at desc limit ${blocks_max}::integer) mine) as blocks,
      (select coalesce(jsonb_agg(blocker_id), '[]') from (
        select blocker_id from match_block where blocked_id = person.id
        order by created_at desc limit ${blocks_max}::integer) theirs) as blocked_by,
      (select coalesce(jsonb_agg(partner_id order by last desc), '[]') from (
        select partner_id, max(started_at) as last from (
          select partner_id, started_at from match_call where user_id = person.id
          order by started_at desc, call_id desc limit ${calls_max}::integer) latest
        where partner_id is not null group by partner_id) partner) as partners
    from "user" person
    left join match_profile profile on profile.user_id = person.id
    left join match_picture picture on picture.user_id = person.id and picture.shown
    cross join lateral (
      select count(*)::integer as held,
        (count(*) filter (where expires_at is null))::integer as endless,
        ${msOf("max(expires_at)")} as until_ms
      from match_ban where user_id = person.id and ${banHolds}) ban
    where person.id = ${userId}`,
  );
  return row;
}
