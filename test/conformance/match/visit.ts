import { randomUUID } from "node:crypto";
import { type ClientOptions, WebSocket } from "ws";
import type { TokenKey } from "../../../platform/tokens/jwt.ts";
import { signRoomToken } from "../../../platform/tokens/room.ts";
import { signServiceToken } from "../../../platform/tokens/service.ts";
import { packTags } from "../../../protocol/match/member-tag.ts";
import type { Facts } from "../../../protocol/match/profile-card.ts";
import type { CallData, LobbyData } from "../../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import type { RoomSocket } from "../room-socket.ts";
import { CoreMatchVisit, endingWith, type Person } from "./core-visit.ts";

/** A local workerd leaves a socket's connection open when a room closes it; a page gives up at once. */
const options: ClientOptions & { readonly closeTimeout: number } = { closeTimeout: 100 };

/** A running host of lobbies and calls, known by its address alone. */
export interface MatchTarget {
  readonly name: string;
  origin(): string;
  readonly keys: readonly TokenKey[];
}

type Party = "lobby" | "call";

export const facts: Facts = {
  ageRange: "25-34",
  languages: ["en"],
  interests: [],
  gender: null,
  region: "eu",
  picturePath: null,
};

/** A visit to one of our own hosts, which can also be entered as anybody, sat down at, and asked. */
export class MatchVisit extends CoreMatchVisit {
  readonly call = `call-${randomUUID()}`;
  readonly #openedAt_ms = Date.now();
  readonly #target: MatchTarget;

  constructor(target: MatchTarget) {
    super();
    this.#target = target;
  }

  async arrive(name: string, languages: readonly string[] = facts.languages): Promise<Person> {
    const socket = await this.enter(name, { facts: { ...facts, languages: [...languages] } });
    return { id: name, socket };
  }

  /** Into the lobby, with what else its token can say. */
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

  follow(callId: string, token: string): Promise<RoomSocket> {
    return this.#connect("call", callId, token);
  }

  async ask(party: Party, request: unknown): Promise<unknown> {
    const room = party === "lobby" ? this.lobby : this.call;
    const token = await signServiceToken({ party, room }, this.#target.keys, Date.now());
    const response = await fetch(this.#address(party, room), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
    });
    return response.json();
  }

  async #open(claims: RoomClaims & { readonly party: Party }): Promise<RoomSocket> {
    const lifetime = { now_ms: Date.now(), lifetime_ms: 60_000 };
    const token = await signRoomToken(claims, this.#target.keys, lifetime);
    return this.#connect(claims.party, claims.room, token);
  }

  async #connect(party: Party, room: string, token: string): Promise<RoomSocket> {
    const url = this.#address(party, room);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", token);
    const web = new WebSocket(url.href, options);
    const socket = this.listen(party, web);
    await new Promise<void>((resolve, reject) => {
      web.once("open", resolve);
      web.once("error", reject);
    });
    return socket;
  }

  #address(party: Party, room: string): URL {
    return new URL(`/parties/${party}/${room}`, this.#target.origin());
  }
}

/** Runs a test's part in rooms of its own and cleans up after it. */
export function matching(
  target: MatchTarget,
  act: (visit: MatchVisit) => Promise<void>,
): Promise<void> {
  return endingWith(new MatchVisit(target), act);
}
