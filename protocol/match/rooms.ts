import type { MatchRegion } from "./rest-lobby.ts";

/**
 * Rooms of the party `lobby`, by their ids. What must be exact for one person (their connections)
 * is kept in the one room their id leads to; what must be exact for a pair (who waits, who has
 * blocked whom) in the one room where all of a region wait. With a single shard, which serves two
 * thousand people, both are the same room and one socket does; with more, whoever waits opens a
 * second socket, to the region's queue, with a token like the first. So no two rooms ever have to
 * agree on anything, and whatever is told to a person's lobby (`block`, `remove`) is told to both.
 */
export function lobbyRoom(region: MatchRegion, shard: number): string {
  return `${region}-${shard}`;
}

/** The room in which people of a region wait for each other. */
export function queueRoom(region: MatchRegion, shards: number): string {
  return shards <= 1 ? lobbyRoom(region, 0) : `${region}-queue`;
}
