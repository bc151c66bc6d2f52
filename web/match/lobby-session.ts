import type { Counts, LobbyDown, TicketReason } from "../../protocol/match/lobby-down.ts";
import type { LobbyUp } from "../../protocol/match/lobby-up.ts";
import type { TicketView, Wishes } from "../../protocol/match/ticket.ts";
import type { ConnectionState } from "../room/connection.ts";
import type { Runtime } from "./runtime.ts";

/** After so long a full lobby is tried again, unless it says when. */
const full_ms = 10_000;

export type Found = Extract<LobbyDown, { type: "matched" }>;
type Ended = Extract<LobbyDown, { type: "ended" }>;

/** A socket to a lobby that comes back by itself, with a new token each time. */
export interface LobbyLink {
  /** @returns false when the socket is away and the message was dropped */
  send(message: LobbyUp): boolean;
  retry(): void;
  stop(): void;
}

/** Which of a region's rooms: where one is seen, or where one waits, if that is another. */
export type LobbyPlace = "lobby" | "queue";

export interface LobbyPorts {
  readonly runtime: Runtime;
  connect(
    place: LobbyPlace,
    options: {
      readonly onMessage: (message: LobbyDown) => void;
      readonly onState: (state: ConnectionState) => void;
      /** Entering was answered: whether one waits in a room of its own. */
      readonly onEntered: (ownQueue: boolean) => void;
    },
  ): LobbyLink;
  /** A partner has been found; the call's room waits. */
  onFound(found: Found): void;
  /** The call does not come about: one waits on, or no more. */
  onLost(callId: string): void;
}

/** What a page shows of the lobby. Moments are by the local clock. */
export interface LobbySnapshot {
  readonly connection: ConnectionState;
  readonly counts: Counts | null;
  /** Within this half of those who met somebody were in their call; null when nobody can say. */
  readonly usualWait_ms: number | null;
  /** Wants to meet somebody: the ticket is there, or on its way. */
  readonly searching: boolean;
  readonly ticket: Pick<TicketView, "since_ms" | "until_ms" | "wishes"> | null;
  /** Why the last search ended without a call, or began again. */
  readonly notice: TicketReason | "full" | null;
}

/**
 * One person's presence in a lobby, and their search for a partner, which survives a lost socket.
 */
export class LobbySession {
  readonly #ports: LobbyPorts;
  readonly #listeners = new Set<() => void>();
  readonly #links: Partial<Record<LobbyPlace, LobbyLink>> = {};
  #queuePlace: LobbyPlace = "lobby";
  #wishes: Wishes = {};
  #offset_ms = 0;
  #found: { readonly callId: string; seated: boolean } | undefined;
  /** The search was called off, and the room has not said so yet. */
  #calledOff = false;
  #snapshot: LobbySnapshot = {
    connection: { kind: "connecting" },
    counts: null,
    usualWait_ms: null,
    searching: false,
    ticket: null,
    notice: null,
  };

  constructor(ports: LobbyPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LobbySnapshot => this.#snapshot;

  start(): void {
    this.#open("lobby");
  }

  stop(): void {
    for (const link of Object.values(this.#links)) {
      link.send({ type: "bye" });
      link.stop();
    }
  }

  retry(): void {
    for (const link of Object.values(this.#links)) link.retry();
  }

  /** Begins to search, or changes the wishes of a search. */
  search(wishes: Wishes): void {
    this.#wishes = wishes;
    this.#found = undefined;
    this.#calledOff = false;
    this.#change({ searching: true, notice: null });
    this.#enqueue();
  }

  cancel(): void {
    const found = this.#found;
    this.#found = undefined;
    this.#calledOff = true;
    this.#change({ searching: false, ticket: null, notice: null });
    this.#tell(found ? { type: "decline", callId: found.callId } : { type: "cancel" });
  }

  /** A page that was reloaded goes back to its call; whether the lobby knows of it is not known. */
  rejoin(callId: string): void {
    this.#found = { callId, seated: false };
  }

  /** This page sits in the call's room. */
  seated(callId: string): void {
    if (this.#found?.callId !== callId) return;
    this.#found.seated = true;
    this.#tell({ type: "seated", callId });
  }

  /** Says what one does, where the lobby cannot know it. */
  status(status: Extract<LobbyUp, { type: "status" }>["status"]): void {
    this.#links.lobby?.send({ type: "status", status });
  }

  #open(place: LobbyPlace): void {
    this.#links[place] ??= this.#ports.connect(place, {
      onMessage: (message) => this.#heard(place, message),
      onState: (connection) => {
        if (place === this.#queuePlace || place === "lobby") this.#change({ connection });
      },
      onEntered: (ownQueue) => {
        if (place !== "lobby") return;
        this.#queuePlace = ownQueue ? "queue" : "lobby";
        if (this.#snapshot.searching) this.#enqueue();
      },
    });
  }

  #enqueue(): void {
    if (this.#queuePlace === "queue") this.#open("queue");
    this.#tell({ type: "enqueue", wishes: this.#wishes });
  }

  /** To the room where one waits; what is lost is said again at its next welcome. */
  #tell(message: LobbyUp): void {
    this.#links[this.#queuePlace]?.send(message);
  }

  #heard(place: LobbyPlace, message: LobbyDown): void {
    if (message.type === "welcome" || message.type === "counts" || message.type === "queue")
      this.#counted(place, message);
    if (place !== this.#queuePlace) return;
    switch (message.type) {
      case "queue":
        this.#change({ usualWait_ms: message.usualWait_ms ?? null });
        return;
      case "welcome":
        this.#offset_ms = message.server_ms - this.#ports.runtime.now_ms();
        this.#welcomed(message.ticket);
        return;
      case "waiting":
        this.#waits(message.ticket);
        return;
      case "matched":
        this.#matched(message);
        return;
      case "requeued":
        this.#unmatched();
        this.#waits(message.ticket);
        this.#change({ notice: message.reason });
        return;
      case "ended":
        this.#ended(message);
        return;
      case "error":
        if (message.code === "room_full") this.#full(place, message.retryAfter_ms);
    }
  }

  #full(place: LobbyPlace, retryAfter_ms = full_ms): void {
    this.#change({ notice: "full" });
    this.#ports.runtime.after(retryAfter_ms, () => this.#links[place]?.retry());
  }

  #counted(place: LobbyPlace, { counts }: { readonly counts: Counts }): void {
    // Where all of a region wait, and where one is seen, the numbers differ: the former is meant.
    if (place === this.#queuePlace || this.#snapshot.counts === null) this.#change({ counts });
  }

  #welcomed(ticket: TicketView | null): void {
    const { searching } = this.#snapshot;
    if (this.#found?.seated) this.#tell({ type: "seated", callId: this.#found.callId });
    else if (ticket !== null && searching) this.#waits(ticket);
    else if (ticket !== null && this.#calledOff) this.#tell({ type: "cancel" });
    else if (searching && this.#found === undefined) this.#enqueue();
  }

  #waits({ since_ms, until_ms, wishes }: TicketView): void {
    if (!this.#snapshot.searching) return;
    // The numbers come by themselves only when they change.
    if (this.#snapshot.ticket === null) this.#tell({ type: "look" });
    const local = (moment_ms: number) => moment_ms - this.#offset_ms;
    const ticket = { since_ms: local(since_ms), until_ms: local(until_ms), wishes };
    this.#change({ ticket });
  }

  #matched(found: Found): void {
    if (this.#found?.callId === found.callId) {
      // Told again, to a socket that came back.
      if (this.#found.seated) this.#tell({ type: "seated", callId: found.callId });
      return;
    }
    if (!this.#snapshot.searching) {
      // Without having called off anything here, it is another window of this person that searches.
      if (this.#calledOff) this.#tell({ type: "decline", callId: found.callId });
      return;
    }
    this.#found = { callId: found.callId, seated: false };
    this.#ports.onFound(found);
  }

  #unmatched(): void {
    const callId = this.#found?.callId;
    this.#found = undefined;
    if (callId !== undefined) this.#ports.onLost(callId);
  }

  #ended({ end, reason }: Ended): void {
    this.#calledOff = false;
    this.#change({ ticket: null });
    if (end === "matched") {
      this.#found = undefined;
      this.#change({ searching: false, notice: null });
      if (this.#queuePlace === "queue") this.status("in_call");
      return;
    }
    // What one has asked for oneself, or what was said of an older search, is no news.
    if (!this.#snapshot.searching || reason === "asked") return;
    this.#unmatched();
    this.#change({ searching: false, notice: reason ?? "waited_too_long" });
  }

  #change(change: Partial<LobbySnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
