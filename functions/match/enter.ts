import type { Origin } from "../../db/queries/match-ban-mark.ts";
import { findLobbyFacts, type LobbyFacts } from "../../db/queries/match-standing.ts";
import { tokenExpiry_ms } from "../../platform/tokens/jwt.ts";
import { roomTokenLifetime_ms, signRoomToken } from "../../platform/tokens/room.ts";
import { packTags } from "../../protocol/match/member-tag.ts";
import { blocks_max } from "../../protocol/match/rest-calls.ts";
import type { EnteredLobby, MatchRegion } from "../../protocol/match/rest-lobby.ts";
import { ageRangeSchema } from "../../protocol/match/rest-profile.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import {
  type LobbyData,
  lobbyCapacity_max,
  recentPartners_max,
} from "../../protocol/match/room-data.ts";
import { queueRoom } from "../../protocol/match/rooms.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import type { Services } from "../services.ts";
import { picturePath } from "./profile.ts";
import { lobbyOf } from "./region.ts";

/** Where somebody is, and where they want to meet people. */
export interface Whereabouts {
  /** From where the request came. */
  readonly home: MatchRegion;
  /** Whose lobby to enter. */
  readonly region: MatchRegion;
  /** As bans go by it. */
  readonly origin: Origin;
}

/**
 * The way into a lobby for somebody who may enter. What decides it is read in one statement, so that
 * blocks, last partners and bans are of one moment.
 * @throws ProblemError `profile_required`, `consent_required`, `banned`, `account_required`,
 *   `sign_in_required`, `unavailable`
 */
export async function enterLobby(
  { db, settings, now_ms }: Pick<Services, "db" | "settings" | "now_ms">,
  userId: string,
  { home, region, origin }: Whereabouts,
): Promise<EnteredLobby> {
  const options = { rulesVersion, blocks_max, calls_max: recentPartners_max, origin };
  const facts = admitted(await queried(() => findLobbyFacts(db, userId, options)));
  const shards = settings.MATCH_SHARDS;
  const lobby = lobbyOf(region, userId, shards);
  const queue = queueRoom(region, shards);
  const lifetime = { now_ms: now_ms(), lifetime_ms: roomTokenLifetime_ms };
  const entryTo = async (room: string, capacity: number) => {
    const data = dataOf(facts, home, Math.min(lobbyCapacity_max, Math.max(1, capacity)));
    const claims = {
      party: "lobby",
      room,
      member: userId,
      name: facts.name,
      role: "member",
    } as const;
    const keys = settings.ROOM_TOKEN_KEYS.reveal();
    const token = await signRoomToken({ ...claims, data }, keys, lifetime);
    return { room, token, socketPath: `/parties/lobby/${room}` };
  };
  return {
    memberId: userId,
    region,
    lobby: await entryTo(lobby, Math.floor(settings.MATCH_CAPACITY / shards)),
    queue: queue === lobby ? null : await entryTo(queue, settings.MATCH_CAPACITY),
    tokensExpireAt_ms: tokenExpiry_ms(lifetime),
  };
}

type Admitted = LobbyFacts & { readonly name: string };

/** Lets those in who have all that it takes, and tells the others what they lack. */
function admitted(facts: LobbyFacts | undefined): Admitted {
  if (facts === undefined) throw new ProblemError("sign_in_required");
  if (facts.banned) throw new ProblemError("banned", { detail: untilText(facts.banned_until_ms) });
  if (facts.needs_account)
    throw new ProblemError("account_required", {
      detail:
        "somebody who is banned was here from this place; an account with a verified mail address may enter",
    });
  const { name } = facts;
  if (name === null)
    throw new ProblemError("profile_required", { detail: "PUT /v1/match/profile makes one" });
  if (!facts.confirmed)
    throw new ProblemError("consent_required", {
      detail: `POST /v1/match/consent confirms version ${rulesVersion} of the rules`,
    });
  return { ...facts, name };
}

function untilText(until_ms: number | null): string {
  return until_ms === null ? "for good" : `until ${new Date(until_ms).toISOString()}`;
}

function dataOf(facts: Admitted, home: MatchRegion, capacity: number): LobbyData {
  return {
    facts: {
      ageRange: ageRangeSchema.parse(facts.age_range),
      languages: [...(facts.languages ?? [])],
      interests: [...(facts.interests ?? [])],
      gender: facts.gender,
      region: home,
      picturePath: picturePath(facts.picture_key),
    },
    blocks: packTags(facts.blocks),
    recent: packTags(facts.partners),
    adult: true,
    capacity,
  };
}
