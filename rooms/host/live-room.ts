import { closeCodes, type RoomClaims, type RoomError } from "../../protocol/room.ts";
import type { RoomEffect, RoomEvent, RoomMachine, RoomTypes } from "../room.ts";
import { fullBucket, takeToken } from "./bucket.ts";
import { collectChanges } from "./changes.ts";
import { type ParsedFrame, parseFrame } from "./frame.ts";
import { Outbox } from "./outbox.ts";
import type { RoomPorts, RoomSocket, SocketNote } from "./ports.ts";
import { internalError, type Seated, Seats } from "./seats.ts";
import { strike } from "./strikes.ts";
import { Tasks } from "./tasks.ts";

/** What came of one event. */
interface Outcome<T extends RoomTypes> {
  readonly failed: boolean;
  readonly replies: readonly T["reply"][];
}

/** What a room says to a function's request. */
export type RoomAnswer<T extends RoomTypes> =
  | { readonly ok: true; readonly reply: T["reply"] }
  | { readonly ok: false; readonly code: "bad_request" | "internal" };

/**
 * A room that is awake: one machine, its state and its sockets. Both hosts hand it what happens and
 * do what it says through ports; all that makes two hosts behave alike is in here.
 *
 * Every method runs from parse to effects without an await, so nothing comes between. A write goes
 * to storage before the frames that tell of it, and the platform holds those back until it is kept.
 */
export class LiveRoom<State, T extends RoomTypes> {
  readonly #machine: RoomMachine<State, T>;
  readonly #ports: RoomPorts<T>;
  readonly #seats = new Seats();
  readonly #tasks: Tasks<T["task"], T["answer"]>;
  readonly #outbox: Outbox;
  #state: State;
  #unopened: boolean;
  /** When the alarm is set to ring, null for never, undefined when that is not known. */
  #alarmAt_ms: number | null | undefined;

  /**
   * @param stored all that the room has stored, by key
   * @param sockets those still open, in any order, each with the note kept with it
   */
  constructor(
    machine: RoomMachine<State, T>,
    ports: RoomPorts<T>,
    stored: ReadonlyMap<string, unknown>,
    sockets: readonly { readonly socket: RoomSocket; readonly note: SocketNote }[],
  ) {
    this.#machine = machine;
    this.#ports = ports;
    this.#tasks = new Tasks(
      (task) => ports.runTask(task),
      (answer) => this.#handle({ type: "answer", answer }),
      (error) => ports.report("task", error),
    );
    this.#outbox = new Outbox({
      sockets: () => this.#seats.ids(),
      send: (id, text) => this.#sendTo(id, text),
      after: (delay_ms, act) =>
        ports.after(delay_ms, () => {
          act();
          this.#tellDepartures();
        }),
    });
    const open = sockets.filter(({ note }) => !note.left);
    for (const { socket, note } of open.toSorted((a, b) => a.note.order - b.note.order))
      this.#seats.seat(socket, note, fullBucket(machine.limits, ports.now_ms()));
    this.#unopened = stored.size === 0;
    this.#state = machine.restore(stored, this.#seats.peers());
    ports.count("room_wake", 1);
  }

  /** A socket whose token was checked wants in. */
  join(socket: RoomSocket, claims: RoomClaims): void {
    const { limits } = this.#machine;
    this.#replaceOldest(claims.member);
    const note = { ...this.#seats.newNote(claims), seen_ms: this.#ports.now_ms() };
    if (this.#seats.size >= limits.connections_max) this.#refuseFull(socket, note);
    else {
      socket.keep(note);
      const seated = this.#seats.seat(socket, note, fullBucket(limits, this.#ports.now_ms()));
      this.#outbox.joined(socket.id);
      this.#settle(seated, this.#handle({ type: "join", peer: seated.peer }));
    }
  }

  /** A frame came in, whatever it holds. Frames of a socket that has left are dropped. */
  receive(connectionId: string, frame: string | ArrayBuffer | ArrayBufferView): void {
    const seated = this.#seats.get(connectionId);
    if (seated === undefined) return;
    seated.heard_ms = this.#ports.now_ms();
    const frameRead = this.#read(seated, frame);
    if (frameRead.ok) {
      const { peer } = seated;
      this.#settle(seated, this.#handle({ type: "message", peer, message: frameRead.message }));
    } else this.#offended(seated, frameRead.error);
  }

  /** A ping came that the platform could not answer by itself. */
  pinged(connectionId: string): void {
    const seated = this.#seats.get(connectionId);
    if (seated === undefined) return;
    seated.heard_ms = this.#ports.now_ms();
    seated.note = { ...seated.note, seen_ms: seated.heard_ms };
    seated.socket.keep(seated.note);
  }

  /** A socket closed or broke. `note` is what was kept with it; the room may have slept since. */
  leave(connectionId: string, note: SocketNote | null, code: number): void {
    this.#seats.closed(connectionId, note, code);
    this.#tellDepartures();
  }

  /** The alarm rang. @throws Error when the machine failed, so that the platform rings again */
  alarm(): void {
    this.#alarmAt_ms = null;
    if (this.#handle({ type: "alarm" }).failed) throw new Error("the room failed at its alarm");
  }

  /** A function asks; `body` is whatever JSON it sent. */
  request(body: unknown): RoomAnswer<T> {
    const parsed = this.#machine.request.safeParse(body);
    if (!parsed.success) return { ok: false, code: "bad_request" };
    const { replies } = this.#handle({ type: "request", request: parsed.data });
    const [reply] = replies;
    return replies.length === 1 ? { ok: true, reply } : { ok: false, code: "internal" };
  }

  /** A member's newest socket wins: a page that reloads often must not lock anybody out. */
  #replaceOldest(member: string): void {
    const own = this.#seats.ofMember(member);
    const surplus = own.length + 1 - this.#machine.limits.connections_per_member_max;
    for (const seated of own.slice(0, Math.max(0, surplus)))
      this.#seats.close(seated, closeCodes.replaced, "replaced");
    this.#tellDepartures();
  }

  #refuseFull(socket: RoomSocket, note: SocketNote): void {
    socket.keep({ ...note, left: true });
    socket.send(errorText({ type: "error", code: "room_full", message: "The room is full." }));
    socket.close(closeCodes.roomFull, "room_full");
    this.#ports.count("room_full", 1);
  }

  #read(seated: Seated, frame: string | ArrayBuffer | ArrayBufferView): ParsedFrame<T["up"]> {
    const { limits, up } = this.#machine;
    const { bucket, retryAfter_ms } = takeToken(seated.bucket, limits, this.#ports.now_ms());
    seated.bucket = bucket;
    if (retryAfter_ms === 0) return parseFrame<T["up"]>(up, frame);
    const message = "Too many messages; this one was dropped.";
    return { ok: false, error: { type: "error", code: "rate_limited", message, retryAfter_ms } };
  }

  #offended(seated: Seated, error: RoomError): void {
    const strikes = strike(seated.note.strikes, this.#ports.now_ms());
    seated.note = { ...seated.note, strikes };
    seated.socket.keep(seated.note);
    this.#ports.count("room_offence", 1);
    this.#seats.send(seated, errorText(error));
    if (error.code === "frame_too_large")
      this.#seats.close(seated, closeCodes.frameTooLarge, error.code);
    else if (strikes.count >= this.#machine.limits.strikes_max) {
      const flooded = error.code === "rate_limited";
      const code = flooded ? closeCodes.rateLimited : closeCodes.invalidMessages;
      this.#seats.close(seated, code, error.code);
    }
    this.#tellDepartures();
  }

  /** A socket whose event the machine could not take is told so and sent to join afresh. */
  #settle(seated: Seated, outcome: Outcome<T>): void {
    if (!outcome.failed) return;
    const message = "The room failed at this. Connect again.";
    this.#seats.send(seated, errorText({ type: "error", code: "internal", message }));
    this.#seats.close(seated, internalError, "internal");
    this.#tellDepartures();
  }

  #handle(event: RoomEvent<T>): Outcome<T> {
    const outcome = this.#step(event);
    this.#tellDepartures();
    return outcome;
  }

  /** Tells the machine who left. A socket leaves once, so closing in answer to this comes to an end. */
  #tellDepartures(): void {
    for (let next = this.#seats.nextDeparture(); next; next = this.#seats.nextDeparture())
      this.#step({ type: "leave", ...next });
  }

  #step(event: RoomEvent<T>): Outcome<T> {
    if (this.#unopened) {
      this.#unopened = false;
      this.#step({ type: "open" });
    }
    const moment = {
      now_ms: this.#ports.now_ms(),
      random: this.#ports.random(),
      lastSeen_ms: (connectionId: string) => this.#seats.lastSeen_ms(connectionId),
    };
    this.#ports.count("room_event", 1);
    try {
      const { state, effects } = this.#machine.step(this.#state, event, moment);
      const changes = collectChanges(effects);
      if (changes !== undefined) this.#ports.store(changes);
      this.#state = state;
      for (const effect of effects) this.#perform(effect);
      const replies = effects.flatMap((effect) => (effect.type === "reply" ? [effect.reply] : []));
      return { failed: false, replies };
    } catch (error) {
      this.#ports.report(event.type, error);
      return { failed: true, replies: [] };
    }
  }

  #sendTo(connectionId: string, text: string): void {
    const seated = this.#seats.get(connectionId);
    if (seated !== undefined) this.#seats.send(seated, text);
  }

  #perform(effect: RoomEffect<T>): void {
    switch (effect.type) {
      case "send":
        this.#outbox.catchUp(effect.connectionId);
        this.#sendTo(effect.connectionId, JSON.stringify(effect.message));
        return;
      case "broadcast":
        this.#outbox.add(effect.message, effect.except, effect.key);
        if (effect.soon === undefined) this.#outbox.flush();
        return;
      case "close": {
        this.#outbox.catchUp(effect.connectionId);
        const seated = this.#seats.get(effect.connectionId);
        if (seated !== undefined) this.#seats.close(seated, effect.code, effect.reason);
        return;
      }
      case "alarm":
        if (effect.at_ms !== this.#alarmAt_ms) this.#ports.setAlarm(effect.at_ms);
        this.#alarmAt_ms = effect.at_ms;
        return;
      case "forget":
        this.#ports.forget();
        this.#alarmAt_ms = null;
        return;
      case "task":
        if (!this.#tasks.begin(effect.task)) this.#ports.count("room_task_refused", 1);
        return;
      case "count":
        this.#ports.count(effect.name, effect.amount);
        return;
      case "store":
      case "reply":
        return;
    }
  }
}

function errorText(error: RoomError): string {
  return JSON.stringify(error);
}
