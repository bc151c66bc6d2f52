import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import {
  roomTokenLifetime_ms,
  signResumeToken,
  signRoomToken,
} from "../../platform/tokens/room.ts";
import { signServiceToken } from "../../platform/tokens/service.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { watchDownSchema } from "../../protocol/watch/down.ts";
import { RoomSocket } from "./room-socket.ts";
import type { CoreTarget, RoomTarget } from "./target.ts";
import { watchData } from "./watch-data.ts";

const lifetime = (age_ms: number) => ({
  now_ms: Date.now() - age_ms,
  lifetime_ms: roomTokenLifetime_ms,
});

/** A visit to one room that no other test uses: enters it, on any server that has the core. */
export class CoreVisit<Target extends CoreTarget = CoreTarget> {
  readonly room = `room-${randomUUID()}`;
  protected readonly target: Target;
  readonly #sockets: RoomSocket[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** Who somebody is, in a room for 200 that shows the shipped clip. */
  claims(member: string, more: Partial<RoomClaims> = {}): RoomClaims {
    return {
      party: "watch",
      room: this.room,
      member,
      name: `Name of ${member}`,
      role: "viewer",
      data: watchData(member),
      ...more,
    };
  }

  token(member: string, claims: Partial<RoomClaims> = {}, age_ms = 0): Promise<string> {
    return signRoomToken(this.claims(member, claims), this.target.keys, lifetime(age_ms));
  }

  /** Opens a socket; it is in the room, or refused by it, when its first frame has come. */
  async open(member: string, claims: Partial<RoomClaims> = {}, query = ""): Promise<RoomSocket> {
    return this.dial((await this.token(member, claims)) + query);
  }

  /** Opens a socket with a token, behind which `&key=value` pairs for the address may stand. */
  protected async dial(tokenAndQuery: string): Promise<RoomSocket> {
    const [token = "", ...query] = tokenAndQuery.split("&");
    const socket = new RoomSocket(this.target.dial(this.room, token, query));
    this.#sockets.push(socket);
    await socket.until("a first frame", () => socket.frames.length > 0);
    return socket;
  }

  /** Opens a socket that is let in; its welcome has been read. */
  async enter(member: string, claims: Partial<RoomClaims> = {}): Promise<RoomSocket> {
    const socket = await this.open(member, claims);
    await socket.next("welcome");
    return socket;
  }

  /** Closes what is still open, and makes sure that every frame was one that pages can read. */
  async end(): Promise<void> {
    for (const socket of this.#sockets) {
      if (socket.closed === undefined) socket.close();
      for (const message of socket.frames) watchDownSchema.parse(message);
    }
    await Promise.all(this.#sockets.map((socket) => socket.whenClosed()));
  }
}

/** The same at one of our own hosts, which can also be knocked at, asked, and come back to. */
export class Visit extends CoreVisit<RoomTarget> {
  /** Comes back with a resume token, which needs to say no more than a session. */
  async resume(member: string, query = ""): Promise<RoomSocket> {
    const data = { session: watchData(member).session };
    const claims = this.claims(member, { data });
    return this.dial((await signResumeToken(claims, this.target.keys, lifetime(0))) + query);
  }

  /** How a socket with this token is refused: the HTTP status and the problem's code. */
  async refusal(token: string): Promise<{ readonly status: number; readonly code: unknown }> {
    const socket = new WebSocket(this.target.socketUrl(this.room, token));
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => reject(new Error("the socket was let in")));
      socket.on("unexpected-response", (_request, response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const { code } = JSON.parse(text) as { code: unknown };
          resolve({ status: response.statusCode ?? 0, code });
        });
      });
    });
  }

  /** Asks the room as a function does; `authorization` overrides the good service token. */
  async ask(body: unknown, authorization?: string): Promise<Response> {
    const address = { party: "watch", room: this.room };
    const token = await signServiceToken(address, this.target.keys, Date.now());
    return fetch(this.target.requestUrl(this.room), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        // A host that refuses before it has read the body ends the connection: do not reuse it.
        connection: "close",
        authorization: authorization ?? `Bearer ${token}`,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }
}

/** Runs a test's part in a room of its own and cleans up after it. */
export function visiting(target: RoomTarget, act: (visit: Visit) => Promise<void>): Promise<void> {
  return endingWith(new Visit(target), act);
}

/** The same for a story of the core. */
export function visitingCore(
  target: CoreTarget,
  act: (visit: CoreVisit) => Promise<void>,
): Promise<void> {
  return endingWith(new CoreVisit(target), act);
}

async function endingWith<V extends CoreVisit>(
  visit: V,
  act: (visit: V) => Promise<void>,
): Promise<void> {
  try {
    await act(visit);
  } finally {
    await visit.end();
  }
}
