import type { CallDown } from "../../protocol/match/call-down.ts";
import type { CallUp, HangUpReason } from "../../protocol/match/call-up.ts";
import type { Card } from "../../protocol/match/profile-card.ts";
import type { CallRole } from "../../protocol/match/room-data.ts";
import type { ConnectionState } from "../room/connection.ts";
import { CallChat } from "./call/chat.ts";
import { PeerKeeper, type PeerPorts } from "./call/peer-keeper.ts";
import { type CallSnapshot, changeBy, initialCall, type SaidLine } from "./call/snapshot.ts";
import type { Runtime } from "./runtime.ts";
import { SignalLine } from "./signal-line.ts";

/** What has been heard is acknowledged when nothing came for so long, or when so much has come. */
const acknowledge_ms = 400;
const unacknowledged_max = 16;

/** A seat in a call, as the lobby gave it. */
export interface CallSeat {
  readonly callId: string;
  readonly role: CallRole;
  readonly partner: Card;
  /** What was said before this page was reloaded. */
  readonly chat?: readonly SaidLine[] | undefined;
}

/** A socket to the call's room that comes back by itself. */
export interface CallLink {
  /** @returns false when the socket is away and the message was dropped */
  send(message: CallUp): boolean;
  retry(): void;
  stop(): void;
}

/** What a call reaches of the world. Nothing else in it does I/O or looks at a clock. */
export interface CallPorts extends PeerPorts {
  readonly runtime: Runtime;
  connect(options: {
    readonly onMessage: (message: CallDown) => void;
    readonly onState: (state: ConnectionState) => void;
  }): CallLink;
  /** A random text, for the key of a line of chat. */
  newKey(): string;
}

/**
 * One person's end of one call: the socket to its room, the negotiation with the partner's browser,
 * and the chat. Sound, picture and, once there is a way, text go from browser to browser, and survive a
 * lost socket.
 */
export class CallSession {
  readonly #ports: CallPorts;
  readonly #listeners = new Set<() => void>();
  readonly #line: SignalLine;
  readonly #peer: PeerKeeper;
  readonly #chat: CallChat;
  #snapshot: CallSnapshot;
  #link: CallLink | undefined;
  #stopAcknowledging: (() => void) | undefined;

  constructor(seat: CallSeat, ports: CallPorts) {
    this.#ports = ports;
    const { chat: said = [] } = seat;
    this.#snapshot = initialCall(seat.partner, said);
    const send = (up: CallUp) => this.#link?.send(up) ?? false;
    this.#peer = new PeerKeeper({
      ports,
      runtime: ports.runtime,
      polite: seat.role === "polite",
      send: (signal) => this.#line.signal(signal),
      onChange: (media) => this.#change(media),
      onChannel: () => this.#chat.channel(),
      onText: (text) => this.#chat.heardPeer(text),
    });
    this.#line = new SignalLine({
      send,
      onSignal: (signal) => this.#peer.take(signal),
      onRestart: () => this.#peer.restart(),
    });
    this.#chat = new CallChat(said, {
      runtime: ports.runtime,
      toRoom: send,
      toPeer: (text) => this.#peer.say(text),
      newKey: ports.newKey,
      onChange: (chat) => this.#change(chat),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): CallSnapshot => this.#snapshot;

  start(): void {
    this.#link = this.#ports.connect({
      onMessage: (message) => this.#heard(message),
      onState: (connection) => this.#connected(connection),
    });
  }

  /** Goes away without a word: the partner waits a moment for a return. */
  stop(): void {
    this.#stopAcknowledging?.();
    this.#peer.close();
    this.#link?.stop();
    this.#link = undefined;
  }

  /** Ends the call for both. */
  hangUp(reason: HangUpReason): void {
    this.#link?.send({ type: "hangup", reason });
    this.#end({ reason, by: "you" });
  }

  /** Says something to the partner, now or as soon as the line is back. @returns false for too much */
  say(text: string): boolean {
    return this.#chat.say(text);
  }

  retry(): void {
    this.#link?.retry();
  }

  /** Looks for a way to the partner's browser anew, for a person who does not give up. */
  tryAgain(): void {
    this.#peer.tryAgain();
  }

  #heard(message: CallDown): void {
    // A room that has just woken may not know that this socket has said nothing yet.
    const greeted = this.#snapshot.seated || message.type === "welcome" || message.type === "ended";
    if (!greeted || this.#snapshot.ended !== null) return;
    this.#change(changeBy(this.#snapshot, message, this.#ports.runtime.now_ms()));
    switch (message.type) {
      case "welcome":
        this.#line.welcome(message);
        this.#chat.welcome(message.chat, message.memberId);
        this.#peer.reconnected();
        return;
      case "signal":
        this.#line.heard(message);
        this.#acknowledgeSoon();
        return;
      case "received":
        this.#line.received(message.number);
        return;
      case "restart":
        this.#line.restart(message.generation);
        return;
      case "chat":
        this.#chat.heard(message.line, this.#snapshot.memberId ?? "");
        return;
      case "ended":
        this.#end(message);
        return;
      case "error":
        if (message.about === "say") this.#chat.refused();
    }
  }

  #connected(connection: ConnectionState): void {
    this.#change({ connection, seated: false });
    if (connection.kind === "online") {
      const chat = this.#chat.last;
      this.#link?.send({ ...this.#line.hello(), ...(chat > 0 && { chat }) });
    } else this.#line.closed();
  }

  #acknowledgeSoon(): void {
    this.#stopAcknowledging?.();
    this.#stopAcknowledging = undefined;
    if (this.#line.unacknowledged >= unacknowledged_max) this.#line.acknowledge();
    else
      this.#stopAcknowledging = this.#ports.runtime.after(acknowledge_ms, () =>
        this.#line.acknowledge(),
      );
  }

  #end({ reason, by }: NonNullable<CallSnapshot["ended"]>): void {
    if (this.#snapshot.ended !== null && this.#link === undefined) return;
    this.stop();
    this.#change({ ended: { reason, by }, remote: null });
  }

  #change(change: Partial<CallSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
