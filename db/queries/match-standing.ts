import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type MatchProfileRow, matchConsent } from "../schema/match.ts";
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

interface StandingRow {
  readonly [column: string]: unknown;
  /** The profile, as `to_jsonb` has a row; null without one. */
  readonly profile: ProfileJson | null;
  readonly picture_key: string | null;
  readonly confirmed_at_ms: number | null;
  readonly ban: {
    readonly reason: string;
    readonly created_at_ms: number;
    readonly expires_at_ms: number | null;
  } | null;
  readonly warnings: readonly { readonly reason: string; readonly at_ms: number }[];
  readonly needs_account: boolean;
}

type ProfileJson = Pick<
  MatchProfileRow,
  "name" | "languages" | "interests" | "gender" | "bio" | "links"
> & {
  readonly age_range: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
};

/**
 * Where somebody stands: profile, picture, rules, ban and warnings, in one view. One statement, for
 * a page asks it at each visit.
 */
export async function findStanding(db: Db, userId: string, rulesVersion: number, origin: Origin) {
  const [row] = await rowsOf<StandingRow>(
    db,
    sql`
    select picture.key as picture_key, ${needsAccount(origin)} as needs_account,
      (select to_jsonb(profile) || jsonb_build_object('created_at_ms', ${msOf("profile.created_at")},
          'updated_at_ms', ${msOf("profile.updated_at")})
        from match_profile profile where profile.user_id = person.id) as profile,
      (select ${msOf("confirmed_at")} from match_consent
        where user_id = person.id and rules_version = ${rulesVersion}::integer) as confirmed_at_ms,
      -- The one that ends last, and before all others one that never does.
      (select jsonb_build_object('reason', reason, 'created_at_ms', ${msOf("created_at")},
          'expires_at_ms', ${msOf("expires_at")})
        from match_ban where user_id = person.id and ${banHolds}
        order by expires_at desc nulls first limit 1) as ban,
      (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'at_ms', at_ms)), '[]') from (
        select reason, ${msOf("decided_at")} as at_ms from match_report
        where reported_id = person.id and decision = 'warned'
        order by created_at desc, id desc limit 10) warned) as warnings
    from "user" person
    left join match_picture picture on picture.user_id = person.id and picture.shown
    where person.id = ${userId}`,
  );
  return row;
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
