import type { Socket } from "socket.io";
import {
  type CallDown,
  type CallEnd,
  type ChatLine,
  callChat_max,
} from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import { callLimitDefault_ms } from "../../../protocol/match/room-data.ts";
import { closeCodes } from "../../../protocol/room.ts";
import { sendAway } from "../core/entry.ts";

export type Seat = 0 | 1;
const seats = [0, 1] as const;
const other = (seat: Seat): Seat => (seat === 0 ? 1 : 0);

/** What is kept of a call that took place. */
export interface Outcome {
  readonly id: string;
  readonly members: readonly [string, string];
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly reason: CallEnd;
}

/**
 * One call: relays what two pages have to tell each other. It keeps nothing for a line that breaks;
 * as in the documents, a disconnect cleans up.
 */
export class Call {
  readonly id: string;
  readonly #cards: readonly [Card, Card];
  readonly #sockets: [Socket | undefined, Socket | undefined] = [undefined, undefined];
  readonly #greeted: [boolean, boolean] = [false, false];
  readonly #chat: ChatLine[] = [];
  readonly #sequence: [number, number] = [0, 0];
  readonly #onEnd: (outcome: Outcome | undefined) => void;
  #generation = 0;
  #started_ms: number | null = null;
  #ended: CallEnd | null = null;

  constructor(
    id: string,
    cards: readonly [Card, Card],
    onEnd: (outcome: Outcome | undefined) => void,
  ) {
    this.id = id;
    this.#cards = cards;
    this.#onEnd = onEnd;
  }

  get isOver(): boolean {
    return this.#ended !== null;
  }

  /** Takes a seat. Whoever comes when it is over already is told so. */
  sit(seat: Seat, socket: Socket): void {
    if (this.#ended !== null) {
      const ended: CallDown = { type: "ended", reason: this.#ended, by: "room" };
      socket.emit("down", ended);
      sendAway(socket, closeCodes.callEnded, this.#ended);
      return;
    }
    const before = this.#sockets[seat];
    this.#sockets[seat] = socket;
    this.#greeted[seat] = false;
    if (before !== undefined) sendAway(before, closeCodes.replaced, "replaced");
    socket.once("disconnect", () => {
      if (this.#sockets[seat] === socket) this.end("partner_lost", null);
    });
  }

  hear(seat: Seat, message: CallUp): void {
    switch (message.type) {
      case "hello":
        this.#hello(seat);
        return;
      case "signal":
        this.#signal(seat, message);
        return;
      case "say":
        this.#say(seat, message);
        return;
      case "hangup":
        this.end(message.reason, seat);
        return;
      case "ack":
        // Nothing is kept that could be let go of.
        return;
    }
  }

  end(reason: CallEnd, by: Seat | null): void {
    if (this.isOver) return;
    this.#ended = reason;
    for (const seat of seats) {
      const whose = by === null ? "room" : seat === by ? "you" : "partner";
      this.#send(seat, { type: "ended", reason, by: whose });
      const socket = this.#sockets[seat];
      if (socket !== undefined) sendAway(socket, closeCodes.callEnded, reason);
    }
    const [a, b] = this.#cards;
    const started_ms = this.#started_ms;
    const members = [a.id, b.id] as const;
    this.#onEnd(
      started_ms === null
        ? undefined
        : { id: this.id, members, started_ms, ended_ms: Date.now(), reason },
    );
  }

  #hello(seat: Seat): void {
    const partner = other(seat);
    const here = this.#greeted[partner];
    this.#greeted[seat] = true;
    this.#sequence[seat] = 0;
    this.#send(seat, {
      type: "welcome",
      memberId: this.#cards[seat].id,
      role: seat === 0 ? "impolite" : "polite",
      partner: this.#cards[partner],
      partnerState: here ? "here" : "coming",
      epoch: this.#epoch(seat),
      generation: this.#generation,
      recovered: false,
      seq: 0,
      received: 0,
      chat: this.#chat,
      startedAt_ms: this.#started_ms,
      endsAt_ms: this.#started_ms === null ? null : this.#started_ms + callLimitDefault_ms,
      server_ms: Date.now(),
    });
    if (!here) return;
    this.#send(partner, { type: "partner", state: "here", until_ms: null });
    this.#generation += 1;
    const startedAt_ms = this.#started_ms ?? Date.now();
    this.#started_ms = startedAt_ms;
    const endsAt_ms = startedAt_ms + callLimitDefault_ms;
    for (const each of seats)
      this.#send(each, { type: "restart", generation: this.#generation, startedAt_ms, endsAt_ms });
  }

  #signal(from: Seat, { generation, number, signal }: Extract<CallUp, { type: "signal" }>): void {
    const to = other(from);
    if (generation === this.#generation && this.#greeted[to]) {
      this.#sequence[to] += 1;
      const seq = this.#sequence[to];
      this.#send(to, { type: "signal", epoch: this.#epoch(to), seq, generation, signal });
    }
    this.#send(from, { type: "received", number });
  }

  #say(seat: Seat, { key, text }: Extract<CallUp, { type: "say" }>): void {
    const from = this.#cards[seat].id;
    if (this.#chat.some((line) => line.from === from && line.key === key)) return;
    const line = { id: (this.#chat.at(-1)?.id ?? 0) + 1, from, key, text, at_ms: Date.now() };
    this.#chat.push(line);
    if (this.#chat.length > callChat_max) this.#chat.shift();
    for (const each of seats) this.#send(each, { type: "chat", line });
  }

  #epoch(seat: Seat): string {
    return (this.#sockets[seat]?.id ?? "none").slice(0, 24);
  }

  #send(seat: Seat, message: CallDown): void {
    this.#sockets[seat]?.emit("down", message);
  }
}
