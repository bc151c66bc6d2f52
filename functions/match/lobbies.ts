import type { z } from "zod";
import {
  type LobbyRequest,
  lobbyDoneSchema,
  lobbyRemovedSchema,
} from "../../protocol/match/requests.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";
import { roomsOf } from "./region.ts";

type Parts = Pick<Services, "rooms" | "settings">;

const tell_ms_max = 3_000;
/** A room that failed once was mostly on its way to another machine. */
const tries_max = 2;

/**
 * Tells every lobby that somebody may be in. Nobody keeps where people are, so all their rooms are
 * asked, at once; a lobby that they are not in has nothing to do. Never throws.
 * @param userId whose lobbies they are
 * @returns whether all of them have confirmed it
 */
export async function tellLobbies(
  parts: Parts,
  userId: string,
  request: LobbyRequest,
): Promise<boolean> {
  const told = await askLobbies(parts, userId, request, lobbyDoneSchema);
  return told.every((reply) => reply !== undefined);
}

/**
 * Takes somebody out of every lobby that they may be in. Never throws: a lobby that does not answer
 * lets nobody in whom Postgres has banned, or does not know any more.
 * @returns calls they were led to last, which may still go on
 */
export async function removeFromLobbies(parts: Parts, userId: string): Promise<readonly string[]> {
  const request = { type: "remove", member: userId } as const;
  const told = await askLobbies(parts, userId, request, lobbyRemovedSchema);
  return [...new Set(told.flatMap((reply) => reply?.callId ?? []))];
}

/** What each lobby says; undefined for one that says nothing. */
async function askLobbies<Schema extends z.ZodType>(
  { rooms, settings }: Parts,
  userId: string,
  request: LobbyRequest,
  schema: Schema,
): Promise<readonly (z.output<Schema> | undefined)[]> {
  const lobbies = roomsOf(userId, settings.MATCH_SHARDS);
  return await Promise.all(lobbies.map((room) => askLobby(rooms, room, request, schema)));
}

async function askLobby<Schema extends z.ZodType>(
  rooms: Services["rooms"],
  room: string,
  request: LobbyRequest,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  for (let tries = 1; tries <= tries_max; tries += 1) {
    try {
      return await askRoom(rooms.lobby, "lobby", room, request, schema, tell_ms_max);
    } catch {
      // What goes wrong here the caller learns in one word, and the meter counts.
    }
  }
  return undefined;
}
