import { randomUUID } from "node:crypto";
import { callDownSchema } from "../../../protocol/match/call-down.ts";
import { lobbyDownSchema } from "../../../protocol/match/lobby-down.ts";
import { type AnySocket, RoomSocket } from "../room-socket.ts";

/** Somebody in a lobby, through one of their windows. */
export interface Person {
  /** Who they are there; some servers give the ids themselves. */
  readonly id: string;
  readonly socket: RoomSocket;
}

/** A running server of random calls, whatever carries its messages. */
export interface MatchCoreTarget {
  readonly name: string;
  /** A lobby that no other test uses. */
  visit(): CoreMatchVisit;
}

/** A lobby that no other test uses, the calls that come of it, and the sockets into them. */
export abstract class CoreMatchVisit {
  readonly lobby = `eu-${randomUUID()}`;
  readonly #sockets: { readonly socket: RoomSocket; readonly party: "lobby" | "call" }[] = [];

  /**
   * Into the lobby, as `Name of <name>`; once more by the same name is another window of theirs. The
   * first frame has come then, and has not been read.
   */
  abstract arrive(name: string, languages?: readonly string[]): Promise<Person>;

  /** Follows the token of a match into its call; no word has been said then. */
  abstract follow(callId: string, token: string): Promise<RoomSocket>;

  /** Closes what is still open, and makes sure that every frame was one that pages can read. */
  async end(): Promise<void> {
    for (const { socket, party } of this.#sockets) {
      if (socket.closed === undefined) socket.close();
      const schema = party === "lobby" ? lobbyDownSchema : callDownSchema;
      for (const frame of socket.frames) schema.parse(frame);
    }
    await Promise.all(this.#sockets.map(({ socket }) => socket.whenClosed()));
  }

  /** Listens to a new socket from its first frame on, and sees to its end. */
  protected listen(party: "lobby" | "call", dialled: AnySocket): RoomSocket {
    const socket = new RoomSocket(dialled);
    this.#sockets.push({ socket, party });
    return socket;
  }
}

/** Runs a story of the core in a lobby of its own and cleans up after it. */
export function meeting(
  target: MatchCoreTarget,
  act: (visit: CoreMatchVisit) => Promise<void>,
): Promise<void> {
  return endingWith(target.visit(), act);
}

/** Runs a test's part on a visit and ends the visit, however the test went. */
export async function endingWith<Visit extends CoreMatchVisit>(
  visit: Visit,
  act: (visit: Visit) => Promise<void>,
): Promise<void> {
  try {
    await act(visit);
  } finally {
    await visit.end();
  }
}
