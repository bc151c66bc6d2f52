import type { Random } from "../../../platform/testing/random.ts";
import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import { packTags } from "../../../protocol/match/member-tag.ts";
import type { Facts } from "../../../protocol/match/profile-card.ts";
import type { LobbyData } from "../../../protocol/match/room-data.ts";
import { closeCodes, type RoomClaims } from "../../../protocol/room.ts";
import { lobbyMachine } from "../../../rooms/match/lobby/machine.ts";
import type {
  CallsOpened,
  LobbyEffect,
  LobbyState,
  LobbyTypes,
  OpenCalls,
} from "../../../rooms/match/lobby/types.ts";
import type { Peer, RoomEvent } from "../../../rooms/room.ts";

/** What somebody wants to know of each step. */
export interface Witness {
  /** Before the effects are performed. */
  stepped?(effects: readonly LobbyEffect[], event: RoomEvent<LobbyTypes>): void;
  sent?(connectionId: string, message: LobbyDown): void;
}

export interface Person {
  readonly member: string;
  readonly facts: Facts;
  /** Whom they have blocked, and whom they met, as Postgres knows it. */
  readonly blocks: string[];
  readonly partners: string[];
}

/**
 * A lobby without a host: sockets, storage, one alarm, tasks and a clock that stands still until it
 * is moved. It can be put to sleep between any two events. Rows are kept as they are, because the
 * machine never changes one.
 */
export class LobbyWorld {
  readonly stored = new Map<string, unknown>();
  readonly peers = new Map<string, Peer>();
  /** When each socket was last heard of. */
  readonly seen_ms = new Map<string, number>();
  readonly closed = new Map<string, number>();
  tasks: OpenCalls[] = [];
  alarm_ms: number | null = null;
  /** How often the alarm rang. */
  rings = 0;
  now_ms = 1_700_000_000_000;
  state: LobbyState;
  capacity = 1_200;
  readonly #random: Random;
  readonly #witness: Witness;
  #sockets = 0;

  constructor(random: Random, witness: Witness = {}) {
    this.#random = random;
    this.#witness = witness;
    this.state = lobbyMachine.restore(this.stored, []);
  }

  claims({ member, facts, blocks, partners }: Person, data: Partial<LobbyData> = {}): RoomClaims {
    return {
      party: "lobby",
      room: "eu-0",
      member,
      name: `Name of ${member}`,
      role: "member",
      data: {
        facts,
        blocks: packTags(blocks),
        recent: packTags(partners.slice(0, 10)),
        adult: true,
        capacity: this.capacity,
        ...data,
      } satisfies LobbyData,
    };
  }

  /** A socket with these claims; the host lets a member have two, the newest. */
  join(claims: RoomClaims): string {
    const own = [...this.peers.values()].filter((peer) => peer.claims.member === claims.member);
    for (const peer of own.slice(0, Math.max(0, own.length - 1)))
      this.leave(peer.connectionId, closeCodes.replaced);
    this.#sockets += 1;
    const connectionId = `socket-${this.#sockets}`;
    const peer = { connectionId, claims };
    this.peers.set(connectionId, peer);
    this.seen_ms.set(connectionId, this.now_ms);
    this.step({ type: "join", peer });
    return connectionId;
  }

  leave(connectionId: string, code: number): void {
    const peer = this.peers.get(connectionId);
    if (peer === undefined) return;
    this.peers.delete(connectionId);
    this.seen_ms.delete(connectionId);
    this.closed.set(connectionId, code);
    this.step({ type: "leave", peer, code });
  }

  say(connectionId: string, message: LobbyTypes["up"]): void {
    const peer = this.peers.get(connectionId);
    if (peer === undefined) return;
    this.seen_ms.set(connectionId, this.now_ms);
    this.step({ type: "message", peer, message });
  }

  ask(request: LobbyTypes["request"]): LobbyTypes["reply"] {
    const effects = this.step({ type: "request", request });
    const replies = effects.filter((effect) => effect.type === "reply");
    if (replies.length !== 1) throw new Error(`${replies.length} replies to one request`);
    return replies[0]?.reply as LobbyTypes["reply"];
  }

  /** Does the oldest task under way, if any. */
  work(ok = true): void {
    const task = this.tasks.shift();
    if (task !== undefined) this.step({ type: "answer", answer: answerTo(task, ok) });
  }

  workAll(): void {
    while (this.tasks.length > 0) this.work();
  }

  /** Lets time pass; the alarm rings at its moments. */
  pass(duration_ms: number): void {
    const end_ms = this.now_ms + duration_ms;
    for (let rings = 0; this.alarm_ms !== null && this.alarm_ms <= end_ms; rings += 1) {
      if (rings > 100_000) throw new Error("the alarm never stops");
      this.now_ms = Math.max(this.now_ms, this.alarm_ms);
      this.alarm_ms = null;
      this.rings += 1;
      this.step({ type: "alarm" });
    }
    this.now_ms = end_ms;
  }

  /** Forgets the state, as an eviction does, and the tasks under way with it. */
  sleep(): void {
    this.tasks = [];
    this.state = lobbyMachine.restore(this.stored, [...this.peers.values()]);
  }

  step(event: RoomEvent<LobbyTypes>): readonly LobbyEffect[] {
    const moment = {
      now_ms: this.now_ms,
      random: this.#random.next(),
      lastSeen_ms: (connectionId: string) => this.seen_ms.get(connectionId),
    };
    const { state, effects } = lobbyMachine.step(this.state, event, moment);
    this.state = state;
    this.#witness.stepped?.(effects, event);
    const departed: [string, number][] = [];
    for (const effect of effects) this.#perform(effect, departed);
    // A host tells of the sockets that were closed once the step is done.
    for (const [connectionId, code] of departed) this.leave(connectionId, code);
    return effects;
  }

  #perform(effect: LobbyEffect, departed: [string, number][]): void {
    switch (effect.type) {
      case "send":
        if (this.peers.has(effect.connectionId))
          this.#witness.sent?.(effect.connectionId, effect.message);
        return;
      case "close":
        departed.push([effect.connectionId, effect.code]);
        return;
      case "alarm":
        this.alarm_ms = effect.at_ms;
        return;
      case "store": {
        const changes = Object.entries(effect.changes);
        if (changes.length > 128) throw new Error(`${changes.length} keys in one step`);
        for (const [key, value] of changes)
          value === null ? this.stored.delete(key) : this.stored.set(key, value);
        return;
      }
      case "task":
        if (this.tasks.length >= 16) throw new Error("more tasks than a host does at once");
        this.tasks.push(effect.task);
        return;
    }
  }
}

export function answerTo({ calls }: OpenCalls, ok = true): CallsOpened {
  return {
    type: "callsOpened",
    calls: calls.map(({ callId }) => ({
      callId,
      tokens: ok ? ([`${callId}:0`, `${callId}:1`] as const) : null,
    })),
  };
}

/** Facts that differ from person to person as `random` has it. */
export function someFacts(random: Random): Facts {
  const some = (values: readonly string[], max: number) =>
    values.filter(() => random.next() < max / values.length).slice(0, max);
  return {
    ageRange: random.pick(["18-24", "25-34", "35-44", "45-54", "55+"]),
    languages: [random.pick(["en", "de", "fr"]), ...some(["es", "pl"], 1)],
    interests: some(["music", "chess", "film", "sea", "code", "food"], 3),
    gender: random.pick(["woman", "man", "other", null]),
    region: random.pick(["eu", "na", "as"]),
    picturePath: null,
  };
}

/** A person who fits anybody. */
export function plain(member: string, facts: Partial<Facts> = {}): Person {
  const base: Facts = {
    ageRange: "25-34",
    languages: ["en"],
    interests: [],
    gender: null,
    region: "eu",
    picturePath: null,
  };
  return { member, facts: { ...base, ...facts }, blocks: [], partners: [] };
}
