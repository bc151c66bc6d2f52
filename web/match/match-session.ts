import type { CallEnd } from "../../protocol/match/call-down.ts";
import type { HangUpReason } from "../../protocol/match/call-up.ts";
import type { Card } from "../../protocol/match/profile-card.ts";
import type { Ice } from "../../protocol/match/rest-lobby.ts";
import type { Wishes } from "../../protocol/match/ticket.ts";
import { type CallPorts, type CallSeat, CallSession } from "./call-session.ts";
import type { Kept } from "./kept.ts";
import { type LobbyPorts, LobbySession } from "./lobby-session.ts";

/** A call that is over, for what comes after. */
export interface PastCall {
  readonly callId: string;
  readonly partner: Card;
  readonly reason: CallEnd;
  readonly by: "you" | "partner" | "room";
  /** Null for one that never began. */
  readonly duration_ms: number | null;
}

export type Stage =
  | { readonly name: "ready" }
  | { readonly name: "searching" }
  | { readonly name: "call"; readonly seat: CallSeat; readonly call: CallSession }
  | { readonly name: "after"; readonly past: PastCall };

export interface MatchPorts {
  readonly userId: string;
  readonly lobby: Pick<LobbyPorts, "runtime" | "connect">;
  callPorts(callId: string, token: string, ice: Ice | undefined): CallPorts;
  keep(kept: Kept | null): void;
}

/** A person's way through search, call and what comes after it, and on to the next. */
export class MatchSession {
  readonly lobby: LobbySession;
  readonly #ports: MatchPorts;
  readonly #listeners = new Set<() => void>();
  #stage: Stage = { name: "ready" };
  #wishes: Wishes = {};

  constructor(ports: MatchPorts) {
    this.#ports = ports;
    this.lobby = new LobbySession({
      ...ports.lobby,
      onFound: ({ callId, role, partner, token, ice }) =>
        this.#call({ callId, role, partner }, token, ice),
      onLost: (callId) => {
        if (this.#stage.name !== "call" || this.#stage.seat.callId !== callId) return;
        this.#stage.call.stop();
        this.#search();
      },
    });
    this.lobby.subscribe(() => {
      if (this.#stage.name === "searching" && !this.lobby.snapshot().searching) this.#rest();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly stage = (): Stage => this.#stage;

  /** @param kept what this tab was in the middle of before a reload */
  start(kept: Kept | null): void {
    this.lobby.start();
    if (kept?.type === "search") this.search(kept.wishes);
    if (kept?.type === "call") {
      this.lobby.rejoin(kept.callId);
      this.#call(kept, kept.token);
    }
  }

  /** Leaves: a call that is under way ends. */
  stop(): void {
    const { name } = this.#stage;
    if (this.#stage.name === "call") this.#stage.call.hangUp("hangup");
    // One that has not gone on with what was kept leaves it to the next.
    if (name !== "ready") this.#ports.keep(null);
    this.lobby.stop();
  }

  search(wishes: Wishes): void {
    this.#wishes = wishes;
    this.lobby.search(wishes);
    this.#search();
  }

  cancel(): void {
    this.lobby.cancel();
    this.#rest();
  }

  /** Ends the call, and with `next` goes on to somebody else. */
  hangUp(reason: HangUpReason): void {
    if (this.#stage.name !== "call") return;
    this.#stage.call.hangUp(reason);
    if (reason === "next") this.search(this.#wishes);
  }

  /** Done with what comes after a call. */
  dismiss(): void {
    if (this.#stage.name === "after") this.#rest();
  }

  #search(): void {
    this.#ports.keep({ type: "search", userId: this.#ports.userId, wishes: this.#wishes });
    this.#change({ name: "searching" });
  }

  #rest(): void {
    this.#ports.keep(null);
    this.#change({ name: "ready" });
  }

  #call(seat: CallSeat, token: string, ice?: Ice): void {
    const { callId, role, partner, chat = [] } = seat;
    const call = new CallSession(seat, this.#ports.callPorts(callId, token, ice));
    const { userId } = this.#ports;
    let kept = chat;
    const keep = () =>
      this.#ports.keep({ type: "call", userId, callId, role, partner, token, chat: [...kept] });
    keep();
    let seated = false;
    call.subscribe(() => {
      const snapshot = call.snapshot();
      if (snapshot.chat !== kept && snapshot.ended === null) {
        kept = snapshot.chat;
        keep();
      }
      if (snapshot.seated && !seated) this.lobby.seated(callId);
      seated = snapshot.seated;
      if (snapshot.ended !== null) this.#ended(call, seat);
    });
    this.#change({ name: "call", seat, call });
    call.start();
  }

  #ended(call: CallSession, { callId }: CallSeat): void {
    const { ended, partner, startedAt_ms } = call.snapshot();
    if (ended === null || this.#stage.name !== "call" || this.#stage.call !== call) return;
    const now_ms = this.#ports.lobby.runtime.now_ms();
    const duration_ms = startedAt_ms === null ? null : Math.max(0, now_ms - startedAt_ms);
    // Whoever came first and waited in vain is put back into the queue by the lobby.
    if (ended.reason === "no_show" && this.lobby.snapshot().searching) {
      this.#search();
      return;
    }
    this.#ports.keep(null);
    // So short a call may have ended before the lobby knew that it stood.
    if (this.lobby.snapshot().searching) this.lobby.cancel();
    this.lobby.status("online");
    this.#change({ name: "after", past: { callId, partner, ...ended, duration_ms } });
  }

  #change(stage: Stage): void {
    this.#stage = stage;
    for (const listener of this.#listeners) listener();
  }
}
