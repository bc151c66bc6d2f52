import { randomUUID } from "node:crypto";
import type { Namespace, Socket } from "socket.io";
import type {
  Counts,
  LobbyDown,
  Status,
  TicketReason,
} from "../../../protocol/match/lobby-down.ts";
import { look_max } from "../../../protocol/match/lobby-down.ts";
import type { OwnStatus } from "../../../protocol/match/lobby-up.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import { recentPartners_max } from "../../../protocol/match/room-data.ts";
import { type TicketView, ticket_ms_max, type Wishes } from "../../../protocol/match/ticket.ts";
import { mayMeet, nextLook_ms, type Waiting } from "./fits.ts";

/** Queue and presence updates come this often at most: the documents' 100 in a minute. */
const update_ms = 600;
/** How often wishes are looked at that have given way, and tickets that are over. */
const look_ms = 1_000;

interface Person {
  readonly id: string;
  readonly lobby: string;
  card: Card;
  status: Status;
  /** A partner has been found, and the match does not stand yet. */
  found: boolean;
  readonly sockets: Set<Socket>;
  recent: readonly string[];
}

/** Two who have been found. `open` makes their call and tells them. */
export type OpenCall = (pair: readonly [Waiting, Waiting]) => void;

const key = (lobby: string, id: string) => `${lobby}/${id}`;

/** Everybody who is there, and everybody who waits, oldest first; in this process's memory. */
export class Lobby {
  readonly #people = new Map<string, Person>();
  readonly #queue = new Map<string, Waiting>();
  readonly #due_ms = new Map<string, number | null>();
  /** Lobbies in which something has changed since the last update. */
  readonly #changed = new Set<string>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #namespace: Namespace;
  readonly #open: OpenCall;

  constructor(namespace: Namespace, open: OpenCall) {
    this.#namespace = namespace;
    this.#open = open;
    this.#timers = [
      setInterval(() => this.#update(), update_ms),
      setInterval(() => this.#lookAgain(), look_ms),
    ];
  }

  enter(lobby: string, card: Card, socket: Socket): void {
    const known = this.#people.get(key(lobby, card.id));
    const person: Person = known ?? {
      id: card.id,
      lobby,
      card,
      status: "online",
      found: false,
      sockets: new Set(),
      recent: [],
    };
    person.card = card;
    person.sockets.add(socket);
    this.#people.set(key(lobby, card.id), person);
    const ticket = this.#queue.get(key(lobby, card.id));
    const welcome: LobbyDown = {
      type: "welcome",
      memberId: card.id,
      status: person.status,
      counts: this.counts(lobby),
      ticket: ticket === undefined ? null : viewOf(ticket),
      server_ms: Date.now(),
    };
    socket.emit("down", welcome);
    this.#changed.add(lobby);
  }

  /** The documents' auto-cleanup: with the last connection the place in the queue is gone. */
  leave(lobby: string, id: string, socket: Socket): void {
    const person = this.#people.get(key(lobby, id));
    if (person === undefined || !person.sockets.delete(socket) || person.sockets.size > 0) return;
    this.#end(lobby, id, "cancelled", "left");
    this.#people.delete(key(lobby, id));
    this.#changed.add(lobby);
  }

  enqueue(lobby: string, id: string, wishes: Wishes, from: Socket): void {
    const person = this.#people.get(key(lobby, id));
    if (person === undefined) return;
    if (person.found) {
      const message = "A partner has been found already: take the seat, or decline it.";
      const error: LobbyDown = { type: "error", code: "stale_command", message };
      from.emit("down", error);
      return;
    }
    const { card, recent } = person;
    const known = this.#queue.get(key(lobby, id));
    const ticketId = known?.ticketId ?? randomUUID();
    const since_ms = known?.since_ms ?? Date.now();
    this.#wait({ ticketId, lobby, card, wishes, since_ms, recent }, "waiting");
  }

  /** Back to the old place, because the call did not come about. */
  requeue(ticket: Waiting, reason: TicketReason): void {
    if (this.#people.has(key(ticket.lobby, ticket.card.id))) this.#wait(ticket, reason);
  }

  /** Did not come to the call, and waits no longer. */
  miss({ lobby, card, ticketId }: Waiting): void {
    const person = this.#people.get(key(lobby, card.id));
    if (person !== undefined) person.found = false;
    this.setStatus(lobby, card.id, "online");
    const ended = { type: "ended", ticketId, end: "cancelled", reason: "no_show" } as const;
    this.tell(lobby, card.id, ended);
  }

  cancel(lobby: string, id: string): void {
    this.#end(lobby, id, "cancelled", "asked");
  }

  setStatus(lobby: string, id: string, status: OwnStatus, from?: Socket): void {
    const person = this.#people.get(key(lobby, id));
    if (person === undefined) return;
    if (this.#queue.has(key(lobby, id))) return;
    person.status = status;
    const message: LobbyDown = { type: "presence", memberId: id, status };
    for (const socket of person.sockets) if (socket !== from) socket.emit("down", message);
    this.#changed.add(lobby);
  }

  look(lobby: string, socket: Socket): void {
    socket.emit("down", this.#queueUpdate(lobby, Date.now()));
  }

  /** To all windows of one person. */
  tell(lobby: string, id: string, message: LobbyDown): void {
    const sockets = this.#people.get(key(lobby, id))?.sockets ?? [];
    for (const socket of sockets) socket.emit("down", message);
  }

  /** The match stands; remembers whom somebody has just met. */
  met(lobby: string, id: string, partner: string): void {
    const person = this.#people.get(key(lobby, id));
    if (person === undefined) return;
    person.found = false;
    person.recent = [partner, ...person.recent].slice(0, recentPartners_max);
  }

  counts(lobby: string): Counts {
    const counts = { online: 0, waiting: 0, in_call: 0, away: 0 };
    for (const person of this.#people.values())
      if (person.lobby === lobby) counts[person.status] += 1;
    return counts;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #wait(ticket: Waiting, reason: TicketReason | "waiting"): void {
    const { lobby, card } = ticket;
    const own = key(lobby, card.id);
    const person = this.#people.get(own);
    if (person !== undefined) {
      person.status = "waiting";
      person.found = false;
    }
    this.#queue.set(own, ticket);
    this.#due_ms.set(own, nextLook_ms(ticket, Date.now()));
    this.#changed.add(lobby);
    const view = viewOf(ticket);
    this.tell(
      lobby,
      card.id,
      reason === "waiting"
        ? { type: "waiting", ticket: view }
        : { type: "requeued", ticket: view, reason },
    );
    this.#pair(ticket);
  }

  /** Brings a ticket together with the oldest that fits, if there is one. */
  #pair(ticket: Waiting): void {
    const now_ms = Date.now();
    const found = [...this.#queue.values()]
      .filter((other) => mayMeet(ticket, other, now_ms))
      .sort((a, b) => a.since_ms - b.since_ms)[0];
    if (found === undefined) return;
    for (const { lobby, card } of [ticket, found]) {
      this.#drop(lobby, card.id, "in_call");
      const person = this.#people.get(key(lobby, card.id));
      if (person !== undefined) person.found = true;
    }
    this.#open([found, ticket]);
  }

  #drop(lobby: string, id: string, status: Status): void {
    this.#queue.delete(key(lobby, id));
    this.#due_ms.delete(key(lobby, id));
    const person = this.#people.get(key(lobby, id));
    if (person !== undefined) person.status = status;
    this.#changed.add(lobby);
  }

  #end(lobby: string, id: string, end: "cancelled" | "timed_out", reason: TicketReason): void {
    const ticket = this.#queue.get(key(lobby, id));
    if (ticket === undefined) return;
    this.#drop(lobby, id, "online");
    this.tell(lobby, id, { type: "ended", ticketId: ticket.ticketId, end, reason });
  }

  #lookAgain(): void {
    const now_ms = Date.now();
    for (const [own, ticket] of this.#queue) {
      if (ticket.since_ms + ticket_ms_max <= now_ms) {
        this.#end(ticket.lobby, ticket.card.id, "timed_out", "waited_too_long");
        continue;
      }
      const due_ms = this.#due_ms.get(own);
      if (due_ms === undefined || due_ms === null || due_ms > now_ms) continue;
      this.#due_ms.set(own, nextLook_ms(ticket, now_ms));
      this.#pair(ticket);
    }
  }

  /** The documents' queue update to those who wait, and the minimal presence update to all. */
  #update(): void {
    const now_ms = Date.now();
    for (const lobby of this.#changed) {
      const counts: LobbyDown = { type: "counts", counts: this.counts(lobby) };
      this.#namespace.to(lobby).emit("down", counts);
      const queue = this.#queueUpdate(lobby, now_ms);
      for (const waiting of this.#queue.values())
        if (waiting.lobby === lobby) this.tell(lobby, waiting.card.id, queue);
    }
    this.#changed.clear();
  }

  #queueUpdate(lobby: string, now_ms: number): LobbyDown {
    const tickets = [...this.#queue.values()]
      .filter((ticket) => ticket.lobby === lobby)
      .sort((a, b) => a.since_ms - b.since_ms);
    return {
      type: "queue",
      counts: this.counts(lobby),
      oldestWait_ms: now_ms - (tickets[0]?.since_ms ?? now_ms),
      people: tickets.slice(0, look_max).map(({ card, since_ms }) => ({ ...card, since_ms })),
    };
  }
}

function viewOf({ ticketId, since_ms, wishes }: Waiting): TicketView {
  return { ticketId, since_ms, until_ms: since_ms + ticket_ms_max, wishes };
}
