import { type MatchRegion, matchRegions } from "../../protocol/match/rest-lobby.ts";
import { lobbyRoom, queueRoom } from "../../protocol/match/rooms.ts";

/** The region of those whose continent nobody knows, as on a machine of one's own. */
const fallback: MatchRegion = "eu";

/** Continents as Cloudflare names them, by who is near enough for a good call. */
const regions: Readonly<Record<string, MatchRegion>> = {
  AF: "af",
  AN: "oc",
  AS: "as",
  EU: "eu",
  NA: "na",
  OC: "oc",
  SA: "sa",
};

/** The region a request comes from, as Cloudflare's `continent` has it. */
export function regionOf(continent: unknown): MatchRegion {
  return (
    (typeof continent === "string" && Object.hasOwn(regions, continent)
      ? regions[continent]
      : undefined) ?? fallback
  );
}

/** The lobby of one region that a user belongs to, always the same one: `eu-0` for instance. */
export function lobbyOf(region: MatchRegion, userId: string, shards: number): string {
  return lobbyRoom(region, shardOf(userId, shards));
}

/** Every room that somebody may be in, wherever they entered. */
export function roomsOf(userId: string, shards: number): readonly string[] {
  const rooms = matchRegions.flatMap((region) => [
    lobbyOf(region, userId, shards),
    queueRoom(region, shards),
  ]);
  return [...new Set(rooms)];
}

/** Every lobby and queue there is, with its region. */
export function allRooms(
  shards: number,
): readonly { readonly region: MatchRegion; readonly room: string }[] {
  return matchRegions.flatMap((region) => {
    const lobbies = Array.from({ length: shards }, (_, shard) => lobbyRoom(region, shard));
    return [...new Set([...lobbies, queueRoom(region, shards)])].map((room) => ({ region, room }));
  });
}

/**
 * Which of some shards a user belongs to, by highest random weight (Thaler and Ravishankar, "A
 * name-based mapping scheme for rendezvous", 1996): one shard more takes its share from all others
 * and moves nobody between them.
 * @param shards at least 1
 */
export function shardOf(userId: string, shards: number): number {
  let best = 0;
  let bestWeight = -1;
  for (let shard = 0; shard < shards; shard += 1) {
    const weight = hash32(`${shard}:${userId}`);
    if (weight > bestWeight) {
      best = shard;
      bestWeight = weight;
    }
  }
  return best;
}

/** FNV-1a over UTF-16 code units, and the final mix of MurmurHash3, without which near texts hash near. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
