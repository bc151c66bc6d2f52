import { type LobbyRequest, lobbyDoneSchema } from "../../protocol/match/requests.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";
import { roomsOf } from "./region.ts";

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
  { rooms, settings }: Pick<Services, "rooms" | "settings">,
  userId: string,
  request: LobbyRequest,
): Promise<boolean> {
  const told = await Promise.all(
    roomsOf(userId, settings.MATCH_SHARDS).map((room) => tellLobby(rooms, room, request)),
  );
  return told.every((done) => done);
}

async function tellLobby(
  rooms: Services["rooms"],
  room: string,
  request: LobbyRequest,
): Promise<boolean> {
  for (let tries = 1; tries <= tries_max; tries += 1) {
    try {
      await askRoom(rooms.lobby, "lobby", room, request, lobbyDoneSchema, tell_ms_max);
      return true;
    } catch {
      // What goes wrong here the caller learns in one word, and the meter counts.
    }
  }
  return false;
}
