import type { Anchor } from "../../protocol/watch/anchor.ts";
import { type WatchDown, type WatchMember, watchDownSchema } from "../../protocol/watch/down.ts";
import type { JoinedWatchRoom, WatchRoom } from "../../protocol/watch/rest.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { type ConnectionState, RoomConnection } from "../room/connection.ts";
import { type ClockEstimate, type ClockProbe, estimateClock, wantsProbe } from "./clock.ts";
import {
  answered,
  type Command,
  type CommandsStep,
  give,
  type Intent,
  intentOf,
  noCommands,
} from "./commands.ts";

/** Between two probes: under the room's limit of messages, and no burst. */
const probeEvery_ms = 110;
const probe_ms_max = 3_000;
/** A command without an answer for so long is taken for lost. */
const answer_ms_max = 5_000;
/** A clock estimate that old is refreshed when the room is awake anyway. */
const estimate_age_ms_max = 60_000;

/** All that the page draws of a room. Never changed, only replaced. */
export interface RoomSnapshot {
  /** Title and media, once the join was answered. */
  readonly room: WatchRoom | null;
  readonly connection: ConnectionState;
  readonly memberId: string | null;
  readonly members: readonly WatchMember[];
  readonly anchor: Anchor | null;
  readonly clock: ClockEstimate | null;
  /** What this person wants and the room has not said yet. */
  readonly intent: Intent;
}

export interface WatchSessionOptions {
  /** Joins the room and says where its socket is; asked before every attempt to connect. */
  readonly join: () => Promise<JoinedWatchRoom>;
  /** Something a person should read: a command that the room did not take, and why. */
  readonly onNotice: (text: string) => void;
}

/** Local time that never steps, in milliseconds since 1970. */
export function localNow_ms(): number {
  return performance.timeOrigin + performance.now();
}

/** One person's presence in one room: the connection, the room's clock, and its last words. */
export class WatchSession {
  readonly #options: WatchSessionOptions;
  readonly #listeners = new Set<() => void>();
  #connection: RoomConnection<WatchUp, WatchDown> | undefined;
  #snapshot: RoomSnapshot = {
    room: null,
    connection: { kind: "connecting" },
    memberId: null,
    members: [],
    anchor: null,
    clock: null,
    intent: intentOf(noCommands),
  };
  #commands = noCommands;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  #probes: ClockProbe[] = [];
  #probesSent = 0;
  #estimatedAt_ms = 0;
  #probeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WatchSessionOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): RoomSnapshot => this.#snapshot;

  start(): void {
    this.#connection = new RoomConnection<WatchUp, WatchDown>({
      address: async () => {
        const joined = await this.#options.join();
        this.#change({ room: joined.room });
        return socketAddress(joined);
      },
      down: watchDownSchema,
      onMessage: (message) => this.#received(message),
      onState: (connection) => {
        this.#change({ connection });
        // What was on its way may or may not have arrived; the welcome will say where the room is.
        if (connection.kind !== "online") this.#forgetCommands();
      },
    });
  }

  stop(): void {
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#answerTimer);
    this.#connection?.stop();
    this.#connection = undefined;
  }

  retry(): void {
    this.#connection?.retry();
  }

  /**
   * Tells the room, at once or after what was told before.
   * @returns false when the room cannot be told now; the person should know
   */
  command(command: Command): boolean {
    const { anchor, connection } = this.#snapshot;
    if (anchor === null || connection.kind !== "online") return false;
    this.#proceed(give(this.#commands, command));
    return true;
  }

  /** The room's time, once a probe has told it. */
  serverNow_ms(): number | null {
    const { clock } = this.#snapshot;
    return clock === null ? null : localNow_ms() + clock.offset_ms;
  }

  #received(message: WatchDown): void {
    switch (message.type) {
      case "welcome": {
        const { memberId, members, anchor } = message;
        this.#change({ memberId, members, anchor });
        this.#beginProbes();
        break;
      }
      case "anchor":
        this.#adopt(message.anchor);
        if (message.by === this.#snapshot.memberId) this.#proceed(answered(this.#commands));
        if (localNow_ms() - this.#estimatedAt_ms > estimate_age_ms_max) this.#beginProbes();
        break;
      case "members":
        this.#change({ members: message.members });
        break;
      case "clock":
        this.#probed(message.client_ms, message.server_ms);
        break;
      case "error":
        this.#forgetCommands();
        this.#options.onNotice(message.message);
    }
  }

  #adopt(anchor: Anchor): void {
    const known = this.#snapshot.anchor;
    if (known === null || anchor.seq > known.seq) this.#change({ anchor });
  }

  #proceed({ commands, send }: CommandsStep): void {
    this.#commands = commands;
    this.#change({ intent: intentOf(commands) });
    const { anchor } = this.#snapshot;
    if (send === null || anchor === null) return;
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => this.#forgetCommands(), answer_ms_max);
    this.#connection?.send({ ...send, seq: anchor.seq });
  }

  #forgetCommands(): void {
    if (this.#commands.sent !== null) this.#proceed({ commands: noCommands, send: null });
  }

  #beginProbes(): void {
    this.#probes = [];
    this.#probesSent = 0;
    this.#estimatedAt_ms = localNow_ms();
    this.#probe();
  }

  /** One probe at a time; one that is lost is followed by the next all the same. */
  #probe(): void {
    clearTimeout(this.#probeTimer);
    const lost = this.#probesSent - this.#probes.length;
    if (!wantsProbe(this.#probes) || lost > 3) return;
    this.#probesSent++;
    if (!this.#connection?.send({ type: "clock", client_ms: localNow_ms() })) return;
    this.#probeTimer = setTimeout(() => this.#probe(), probe_ms_max);
  }

  #probed(sent_ms: number, server_ms: number): void {
    this.#probes.push({ sent_ms, server_ms, received_ms: localNow_ms() });
    const clock = estimateClock(this.#probes);
    const known = this.#snapshot.clock;
    if (clock?.offset_ms !== known?.offset_ms) this.#change({ clock });
    clearTimeout(this.#probeTimer);
    this.#probeTimer = setTimeout(() => this.#probe(), probeEvery_ms);
  }

  #change(change: Partial<RoomSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function socketAddress({ socketPath, token }: JoinedWatchRoom): string {
  const address = new URL(socketPath, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("token", token);
  return address.href;
}
