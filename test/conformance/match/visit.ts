import { randomUUID } from "node:crypto";
import { type ClientOptions, WebSocket } from "ws";
import type { TokenKey } from "../../../platform/tokens/jwt.ts";
import { signRoomToken } from "../../../platform/tokens/room.ts";
import { signServiceToken } from "../../../platform/tokens/service.ts";
import { callDownSchema } from "../../../protocol/match/call-down.ts";
import { lobbyDownSchema } from "../../../protocol/match/lobby-down.ts";
import { packTags } from "../../../protocol/match/member-tag.ts";
import type { Facts } from "../../../protocol/match/profile-card.ts";
import type { CallData, LobbyData } from "../../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import { RoomSocket } from "../room-socket.ts";

/** A local workerd leaves a socket's connection open when a room closes it; a page gives up at once. */
const options: ClientOptions & { readonly closeTimeout: number } = { closeTimeout: 100 };

/** A running host of lobbies and calls, known by its address alone. */
export interface MatchTarget {
  readonly name: string;
  origin(): string;
  readonly keys: readonly TokenKey[];
}

export const facts: Facts = {
  ageRange: "25-34",
  languages: ["en"],
  interests: [],
  gender: null,
  region: "eu",
  picturePath: null,
};

/** A lobby and a call that no other test uses, and the sockets into them. */
export class MatchVisit {
  readonly lobby = `eu-${randomUUID()}`;
  readonly call = `call-${randomUUID()}`;
  readonly #openedAt_ms = Date.now();
  readonly #target: MatchTarget;
  readonly #sockets: { readonly socket: RoomSocket; readonly party: RoomClaims["party"] }[] = [];

  constructor(target: MatchTarget) {
    this.#target = target;
  }

  /** Into the lobby. */
  async enter(
    member: string,
    data: Partial<LobbyData> = {},
    blocks: readonly string[] = [],
  ): Promise<RoomSocket> {
    const all: LobbyData = {
      facts,
      blocks: packTags(blocks),
      recent: "",
      adult: true,
      capacity: 1_200,
      ...data,
    };
    const claims = { party: "lobby", room: this.lobby, role: "member", data: all } as const;
    const socket = await this.#open({ ...claims, member, name: `Name of ${member}` });
    await socket.until("a first frame", () => socket.frames.length > 0);
    return socket;
  }

  /** Takes a seat in the call of ann and bob; no word has been said then. */
  sit(member: "ann" | "bob"): Promise<RoomSocket> {
    const partner = member === "ann" ? "bob" : "ann";
    const data: CallData = {
      lobby: this.lobby,
      members: ["ann", "bob"],
      openedAt_ms: this.#openedAt_ms,
      limit_ms: 3_600_000,
      partner: { ...facts, id: partner, name: `Name of ${partner}` },
    };
    const role = member === "ann" ? "impolite" : "polite";
    const claims = { party: "call", room: this.call, role, data } as const;
    return this.#open({ ...claims, member, name: `Name of ${member}` });
  }

  /** Follows the token of a match into its call. */
  follow(callId: string, token: string): Promise<RoomSocket> {
    return this.#connect("call", callId, token);
  }

  async ask(party: "lobby" | "call", request: unknown): Promise<unknown> {
    const room = party === "lobby" ? this.lobby : this.call;
    const token = await signServiceToken({ party, room }, this.#target.keys, Date.now());
    const response = await fetch(this.#address(party, room), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
    });
    return response.json();
  }

  /** Closes what is still open, and makes sure that every frame was one that pages can read. */
  async end(): Promise<void> {
    for (const { socket, party } of this.#sockets) {
      if (socket.closed === undefined) socket.close();
      const schema = party === "lobby" ? lobbyDownSchema : callDownSchema;
      for (const frame of socket.frames) schema.parse(frame);
    }
    await Promise.all(this.#sockets.map(({ socket }) => socket.whenClosed()));
  }

  async #open(claims: RoomClaims): Promise<RoomSocket> {
    const lifetime = { now_ms: Date.now(), lifetime_ms: 60_000 };
    const token = await signRoomToken(claims, this.#target.keys, lifetime);
    return this.#connect(claims.party, claims.room, token);
  }

  async #connect(party: RoomClaims["party"], room: string, token: string): Promise<RoomSocket> {
    const url = this.#address(party, room);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", token);
    const web = new WebSocket(url.href, options);
    const socket = new RoomSocket(web);
    this.#sockets.push({ socket, party });
    await new Promise<void>((resolve, reject) => {
      web.once("open", resolve);
      web.once("error", reject);
    });
    return socket;
  }

  #address(party: string, room: string): URL {
    return new URL(`/parties/${party}/${room}`, this.#target.origin());
  }
}

/** Runs a test's part in rooms of its own and cleans up after it. */
export async function matching(
  target: MatchTarget,
  act: (visit: MatchVisit) => Promise<void>,
): Promise<void> {
  const visit = new MatchVisit(target);
  try {
    await act(visit);
  } finally {
    await visit.end();
  }
}
