import type { RoomClaims } from "../../protocol/room.ts";
import { type Anchor, anchorSchema } from "../../protocol/watch/anchor.ts";
import { LiveRoom } from "../../rooms/host/live-room.ts";
import type { RoomPorts, RoomSocket, SocketNote } from "../../rooms/host/ports.ts";
import { peer_bytes_max, type RoomMachine } from "../../rooms/room.ts";
import { watchMachine } from "../../rooms/watch/machine.ts";
import type { WatchState, WatchTypes } from "../../rooms/watch/types.ts";
import type { VirtualTime } from "./time.ts";

/** A room without any event for so long is put to sleep by its platform. */
const asleepAfter_ms = 10_000;

/** The far end of one socket, as the room's host has it. */
export interface ServerSocket {
  readonly id: string;
  /** Hands a frame to the client. */
  readonly send: (text: string) => void;
  readonly close: (code: number) => void;
}

interface Open {
  readonly socket: ServerSocket;
  note: SocketNote | null;
}

/**
 * The real room on the real host's shell, in virtual time: it sleeps when nobody speaks, and is
 * built anew from what it stored and from its sockets' notes, as a Durable Object is.
 */
export class SimRoom {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #stored = new Map<string, unknown>();
  readonly #sizes = new Map<string, number>();
  readonly #open = new Map<string, Open>();
  readonly #machine: RoomMachine<WatchState, WatchTypes>;
  #live: LiveRoom<WatchState, WatchTypes> | undefined;
  #busyUntil_ms = 0;
  #cancelAlarm: () => void = () => {};
  #stored_bytes = 0;
  /** The room's word on the video, as it last said it to anybody. */
  anchor: Anchor | null = null;
  wakes = 0;
  /** Messages, joins, departures, alarms: everything that wakes it or keeps it awake. */
  events = 0;
  /** Most bytes it could have had at any moment, with the largest notes its sockets may carry. */
  bytes_max = 0;
  readonly failures: string[] = [];

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
    this.#machine = {
      ...watchMachine,
      step: (state, event, moment) => {
        const step = watchMachine.step(state, event, moment);
        for (const effect of step.effects)
          if (effect.type === "broadcast" || effect.type === "send") this.#heard(effect.message);
        return step;
      },
    };
  }

  readonly worst_bytes = watchMachine.worstCaseBytes(watchMachine.limits);

  join(socket: ServerSocket, claims: RoomClaims): void {
    const open: Open = { socket, note: null };
    this.#open.set(socket.id, open);
    this.#event((room) => room.join(this.#socketOf(open), claims));
  }

  receive(id: string, text: string): void {
    if (this.#open.has(id)) this.#event((room) => room.receive(id, text));
  }

  /** The socket closed, or the platform noticed that it broke. */
  closed(id: string, code: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#event((room) => room.leave(id, open.note, code));
  }

  /** What is held now: everything stored, once more in memory, and the sockets' notes. */
  get held_bytes(): number {
    const notes = [...this.#open.values()].map(({ note }) => JSON.stringify(note).length);
    return notes.reduce((sum, bytes) => sum + bytes, 2 * this.#stored_bytes);
  }

  /** A deploy: memory and all sockets are gone, without the room hearing of it. */
  deploy(): void {
    this.#live = undefined;
    for (const { socket } of this.#open.values()) socket.close(1006);
    this.#open.clear();
  }

  #event(act: (room: LiveRoom<WatchState, WatchTypes>) => void): void {
    this.events++;
    const room = this.#awake();
    this.#busyUntil_ms = this.#time.now_ms + asleepAfter_ms;
    act(room);
    const bytes = this.#stored_bytes + this.#open.size * peer_bytes_max;
    this.bytes_max = Math.max(this.bytes_max, bytes);
  }

  #awake(): LiveRoom<WatchState, WatchTypes> {
    if (this.#live !== undefined && this.#time.now_ms < this.#busyUntil_ms) return this.#live;
    this.wakes++;
    const sockets = [...this.#open.values()].flatMap((open) =>
      open.note === null ? [] : [{ socket: this.#socketOf(open), note: open.note }],
    );
    const stored = structuredClone(this.#stored);
    this.#live = new LiveRoom(this.#machine, this.#ports(), stored, sockets);
    return this.#live;
  }

  #socketOf(open: Open): RoomSocket {
    return {
      id: open.socket.id,
      send: open.socket.send,
      close: (code) => {
        open.socket.close(code);
        this.#open.delete(open.socket.id);
      },
      keep: (note) => {
        open.note = note;
      },
    };
  }

  #ports(): RoomPorts<WatchTypes> {
    const life = () => this.#live;
    return {
      now_ms: () => Math.floor(this.#time.now_ms),
      random: this.#random,
      store: ({ puts, deletes }) => {
        for (const [key, value] of Object.entries(puts)) this.#put(key, value);
        for (const key of deletes) this.#delete(key);
      },
      forget: () => {
        for (const key of [...this.#stored.keys()]) this.#delete(key);
        this.#cancelAlarm();
      },
      after: (delay_ms, act) => {
        const room = life();
        this.#time.after(delay_ms, () => {
          if (room === this.#live) act();
        });
      },
      setAlarm: (at_ms) => {
        this.#cancelAlarm();
        if (at_ms !== null)
          this.#cancelAlarm = this.#time.at(at_ms, () => this.#event((room) => room.alarm()));
      },
      runTask: () => new Promise(() => {}),
      count: () => {},
      report: (where, error) => void this.failures.push(`${where}: ${String(error)}`),
    };
  }

  #put(key: string, value: unknown): void {
    this.#delete(key);
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(value));
    this.#stored.set(key, structuredClone(value));
    this.#sizes.set(key, bytes);
    this.#stored_bytes += bytes;
  }

  #delete(key: string): void {
    this.#stored_bytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    this.#stored.delete(key);
  }

  #heard(message: WatchTypes["down"]): void {
    if (message.type !== "anchor" && message.type !== "welcome") return;
    this.anchor = anchorSchema.parse(message.anchor);
  }
}
