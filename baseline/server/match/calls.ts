import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { Namespace } from "socket.io";
import { callLimitDefault_ms } from "../../../protocol/match/room-data.ts";
import { Call, type Outcome, type Seat } from "./call.ts";
import type { Waiting } from "./fits.ts";
import { Lobby } from "./lobby.ts";
import { lightOf, type UserStore } from "./user-store.ts";

/** How long the two have to come to their call. */
const within_ms = 15_000;

interface Open {
  readonly call: Call;
  readonly tickets: readonly [Waiting, Waiting];
  readonly tokens: readonly [string, string];
  readonly seated: Set<Seat>;
  /** Ends it when they do not come; then, when it has lasted too long. */
  timer: NodeJS.Timeout;
}

/** Calls that are open: made for a pair, waited for, carried, and written into the history. */
export class Calls {
  readonly lobby: Lobby;
  readonly #open = new Map<string, Open>();
  readonly #users: UserStore;
  readonly #pool: Pool;
  readonly #warn: (message: string) => void;

  constructor(lobby: Namespace, users: UserStore, pool: Pool, warn: (message: string) => void) {
    this.#users = users;
    this.#pool = pool;
    this.#warn = warn;
    this.lobby = new Lobby(lobby, (pair) => {
      this.#make(pair).catch((error: unknown) => {
        warn(`a call could not be made: ${String(error)}`);
        for (const ticket of pair) this.lobby.requeue(ticket, "partner_gone");
      });
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Whose seat this token is for. */
  seatOf(callId: string, token: string): { readonly call: Call; readonly seat: Seat } | undefined {
    const open = this.#open.get(callId);
    const seat = open?.tokens.indexOf(token);
    return open !== undefined && (seat === 0 || seat === 1) ? { call: open.call, seat } : undefined;
  }

  /** Somebody has come to the call; when both have, their tickets have ended. */
  seated(callId: string, memberId: string): void {
    const open = this.#open.get(callId);
    const seat = open?.tickets.findIndex(({ card }) => card.id === memberId);
    if (open === undefined || (seat !== 0 && seat !== 1) || open.seated.size === 2) return;
    open.seated.add(seat);
    if (open.seated.size < 2) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => open.call.end("time_limit", null), callLimitDefault_ms);
    this.#settle(open);
    if (open.call.isOver) this.#closed(callId, undefined);
  }

  /** The match stands: both learn that their tickets have ended. */
  #settle({ tickets: [a, b] }: Open): void {
    for (const [ticket, partner] of [
      [a, b],
      [b, a],
    ] as const) {
      const { lobby, card, ticketId } = ticket;
      this.lobby.met(lobby, card.id, partner.card.id);
      this.lobby.tell(lobby, card.id, { type: "ended", ticketId, end: "matched", reason: null });
    }
  }

  /** Somebody does not come: they wait no longer, the other goes on waiting. */
  decline(callId: string, memberId: string): void {
    const open = this.#open.get(callId);
    if (open === undefined || open.seated.size === 2) return;
    const missing = open.tickets.filter(({ card }) => card.id === memberId);
    if (missing.length > 0) this.#fail(open, missing, "partner_gone");
  }

  stop(): void {
    this.lobby.stop();
    for (const { timer } of this.#open.values()) clearTimeout(timer);
  }

  async #make(tickets: readonly [Waiting, Waiting]): Promise<void> {
    const cards = await Promise.all(
      tickets.map(async ({ card }) => {
        const user = await this.#users.getUser(card.id);
        return user === undefined ? card : lightOf(user, card.region);
      }),
    );
    const [first, second] = cards;
    if (first === undefined || second === undefined) return;
    const callId = randomUUID();
    const call = new Call(callId, [first, second], (outcome) => this.#closed(callId, outcome));
    const tokens = [randomUUID(), randomUUID()] as const;
    const open: Open = {
      call,
      tickets,
      tokens,
      seated: new Set(),
      timer: setTimeout(() => this.#noShow(callId), within_ms),
    };
    this.#open.set(callId, open);
    for (const seat of [0, 1] as const) {
      const { lobby, card, ticketId, since_ms } = tickets[seat];
      this.lobby.tell(lobby, card.id, {
        type: "matched",
        ticketId,
        callId,
        party: "call",
        token: tokens[seat],
        role: seat === 0 ? "impolite" : "polite",
        partner: seat === 0 ? second : first,
        icePath: `/v1/match/calls/${callId}/ice`,
        since_ms,
        within_ms,
      });
    }
  }

  #noShow(callId: string): void {
    const open = this.#open.get(callId);
    if (open === undefined) return;
    const missing = open.tickets.filter((_, seat) => !open.seated.has(seat === 0 ? 0 : 1));
    this.#fail(open, missing, "no_show");
  }

  #fail(open: Open, missing: readonly Waiting[], reason: "no_show" | "partner_gone"): void {
    open.call.end("no_show", null);
    this.#forget(open);
    for (const ticket of open.tickets) {
      if (missing.includes(ticket)) this.lobby.miss(ticket);
      else this.lobby.requeue(ticket, reason);
    }
  }

  #forget({ call, timer }: Open): void {
    clearTimeout(timer);
    this.#open.delete(call.id);
  }

  #closed(callId: string, outcome: Outcome | undefined): void {
    const open = this.#open.get(callId);
    // One has gone before the other came: who of them has come shows when their time is over.
    if (open === undefined || (outcome === undefined && open.seated.size < 2)) return;
    this.#forget(open);
    // They spoke and hung up before both had said that they are in their seats.
    if (open.seated.size < 2 && outcome?.reason !== "no_show") this.#settle(open);
    for (const { lobby, card } of open.tickets) this.lobby.setStatus(lobby, card.id, "online");
    if (outcome === undefined) return;
    const { id, members, started_ms, ended_ms, reason } = outcome;
    this.#pool
      .query(
        `insert into baseline_call (id, user_a, user_b, started_at, ended_at, reason)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [id, members[0], members[1], new Date(started_ms), new Date(ended_ms), reason],
      )
      .catch((error: unknown) => this.#warn(`a call was not written down: ${String(error)}`));
  }
}
