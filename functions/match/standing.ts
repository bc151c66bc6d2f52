import type { Origin } from "../../db/queries/match-ban-mark.ts";
import { findStanding } from "../../db/queries/match-standing.ts";
import type { Standing } from "../../protocol/match/rest-lobby.ts";
import type { Profile } from "../../protocol/match/rest-profile.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { queried } from "../database.ts";
import type { Services } from "../services.ts";
import { profileOf } from "./profile.ts";

/** Where somebody stands: what they have, and what lacks before a first call. @throws ProblemError `unavailable` */
export async function standingOf(
  { db }: Pick<Services, "db">,
  userId: string,
  origin: Origin,
): Promise<Standing> {
  const row = await queried(() => findStanding(db, userId, rulesVersion, origin));
  const { profile = null, ban = null, warnings = [] } = row ?? {};
  return {
    profile: profile && ownProfile(userId, profile, row?.picture_key ?? null),
    rules: { version: rulesVersion, confirmedAt: isoOrNull(row?.confirmed_at_ms) },
    ban: ban && {
      reason: ban.reason,
      createdAt: isoOf(ban.created_at_ms),
      expiresAt: isoOrNull(ban.expires_at_ms),
    },
    accountRequired: row?.needs_account ?? false,
    warnings: warnings.map(({ reason, at_ms }) => ({ reason, at: isoOf(at_ms) })),
  };
}

type FoundProfile = NonNullable<NonNullable<Awaited<ReturnType<typeof findStanding>>>["profile"]>;

function ownProfile(userId: string, found: FoundProfile, pictureKey: string | null): Profile {
  const { name, age_range: ageRange, languages, interests, gender, bio, links } = found;
  const [createdAt, updatedAt] = [new Date(found.created_at_ms), new Date(found.updated_at_ms)];
  const fields = { name, ageRange, languages, interests, gender, bio, links };
  return profileOf({ profile: { userId, ...fields, createdAt, updatedAt }, pictureKey });
}

function isoOf(at_ms: number): string {
  return new Date(at_ms).toISOString();
}

function isoOrNull(at_ms: number | null | undefined): string | null {
  return at_ms === null || at_ms === undefined ? null : isoOf(at_ms);
}
