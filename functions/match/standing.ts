import type { Origin } from "../../db/queries/match-ban-mark.ts";
import { findStanding } from "../../db/queries/match-standing.ts";
import type { Standing } from "../../protocol/match/rest-lobby.ts";
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
  const { profile, pictureKey, confirmedAt, ban, warnings, needsAccount } = await queried(() =>
    findStanding(db, userId, rulesVersion, origin),
  );
  return {
    profile: profile === undefined ? null : profileOf({ profile, pictureKey }),
    rules: { version: rulesVersion, confirmedAt: confirmedAt?.toISOString() ?? null },
    ban:
      ban === undefined
        ? null
        : {
            reason: ban.reason,
            createdAt: ban.createdAt.toISOString(),
            expiresAt: ban.expiresAt?.toISOString() ?? null,
          },
    accountRequired: needsAccount,
    warnings: warnings.map(({ reason, at }) => ({ reason, at: at?.toISOString() ?? "" })),
  };
}
