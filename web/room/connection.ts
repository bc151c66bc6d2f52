import ReconnectingWebSocket, { type CloseEvent } from "partysocket/ws";
import type { z } from "zod";
import {
  closeCodes,
  finalCloseCodes,
  messagesIn,
  pingFrame,
  pongFrame,
} from "../../protocol/room.ts";
import { retries_max, retryDelay_ms } from "./retry.ts";

/** A connection that lived that long was a good one: failures are counted anew after it. */
const goodUptime_ms = 5_000;
const connect_ms_max = 8_000;
/**
 * How often a line is asked whether it lives, however much is heard on it: a room may want to know
 * as well, and takes a line it has heard nothing on for 40 s for dead. The room sleeps through it.
 */
const pingEvery_ms = 20_000;
const pong_ms_max = 5_000;
/** Closes a line that seems dead. Not 1000, should it arrive after all: that would mean leaving. */
const lineLost = 4000;

/** Why a room will not have us, when trying again by ourselves cannot help. */
export type EndReason =
  | "not_found"
  | "full"
  | "replaced"
  | "kicked"
  | "banned"
  | "locked"
  | "refused";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** Lost; the next attempt is at this moment of `performance.now()`. */
  | { readonly kind: "waiting"; readonly retryAt_ms: number }
  /** Lost, and we gave up; `retry()` begins again. */
  | { readonly kind: "offline" }
  | { readonly kind: "ended"; readonly reason: EndReason };

/** Thrown by the address provider when the room cannot be joined at all. */
export class RoomEnded extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`The room cannot be joined: ${reason}`);
    this.reason = reason;
  }
}

export interface RoomConnectionOptions<Down> {
  /** Address of the socket with a fresh token; asked before every attempt. May throw `RoomEnded`. */
  readonly address: () => Promise<string>;
  readonly down: z.ZodType<Down>;
  readonly onMessage: (message: Down) => void;
  readonly onState: (state: ConnectionState) => void;
}

/**
 * A socket to one room, for as long as its page is open: reconnects with bounded, spread backoff,
 * notices a dead line, and stops when the room says that coming back is of no use. What is sent
 * while it is away is dropped, not queued: a command on an old picture of the room is a wrong one.
 */
export class RoomConnection<Up, Down> {
  readonly #options: RoomConnectionOptions<Down>;
  readonly #socket: ReconnectingWebSocket;
  readonly #listening = new AbortController();
  #state: ConnectionState = { kind: "connecting" };
  #failures = 0;
  /** An attempt, or the socket that came of it, whose failure is not counted yet. */
  #live = false;
  #openedAt_ms = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #skipWait: (() => void) | undefined;
  /** A ping is on its way; whatever is heard now tells that the line lives. */
  #asked = false;

  constructor(options: RoomConnectionOptions<Down>) {
    this.#options = options;
    this.#socket = new ReconnectingWebSocket(() => this.#nextAddress(), [], {
      // Waiting is done in `#nextAddress`, where it can be shown, and cut short by a person.
      minReconnectionDelay: 0,
      maxReconnectionDelay: 0,
      connectionTimeout: connect_ms_max,
      maxEnqueuedMessages: 0,
      shouldReconnectOnClose: (event) => !endReasonOf(event),
    });
    this.#socket.addEventListener("open", () => this.#opened());
    this.#socket.addEventListener("close", (event) => this.#failed(event));
    this.#socket.addEventListener("error", () => this.#failed());
    this.#socket.addEventListener("message", (event) => this.#heard(event.data));
    const { signal } = this.#listening;
    window.addEventListener("online", () => this.#doubt(), { signal });
    window.addEventListener("offline", () => this.#drop(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.#doubt(), {
      signal,
    });
  }

  /** @returns false when the socket is away and the message was dropped */
  send(message: Up): boolean {
    return this.#state.kind === "online" && this.#socket.send(JSON.stringify(message));
  }

  /** Tries again now, instead of later or never. */
  retry(): void {
    if (this.#state.kind === "ended") {
      this.#failures = 0;
      this.#tell({ kind: "connecting" });
      this.#socket.reconnect();
    }
    if (this.#state.kind === "offline") this.#failures = 1;
    this.#skipWait?.();
  }

  /** Leaves the room for good. */
  stop(): void {
    this.#listening.abort();
    clearTimeout(this.#timer);
    this.#live = false;
    this.#socket.close(1000, "left");
    this.#skipWait?.();
  }

  async #nextAddress(): Promise<string> {
    if (this.#failures > 0) await this.#wait();
    if (this.#listening.signal.aborted) throw new Error("stopped");
    this.#live = true;
    try {
      return await this.#options.address();
    } catch (error) {
      if (error instanceof RoomEnded) this.#end(error.reason);
      throw error;
    }
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(this.#timer);
        this.#skipWait = undefined;
        if (!this.#listening.signal.aborted) this.#tell({ kind: "connecting" });
        resolve();
      };
      this.#skipWait = go;
      if (this.#failures > retries_max) return this.#tell({ kind: "offline" });
      const delay_ms = retryDelay_ms(this.#failures, Math.random());
      this.#tell({ kind: "waiting", retryAt_ms: performance.now() + delay_ms });
      this.#timer = setTimeout(go, delay_ms);
    });
  }

  #opened(): void {
    this.#openedAt_ms = performance.now();
    this.#tell({ kind: "online" });
    this.#pingLater();
  }

  #failed(event?: CloseEvent): void {
    if (!this.#live) return;
    this.#live = false;
    clearTimeout(this.#timer);
    const reason = event && endReasonOf(event);
    if (reason) {
      this.#end(reason);
      return;
    }
    const wasGood =
      this.#state.kind === "online" && performance.now() - this.#openedAt_ms > goodUptime_ms;
    this.#failures = wasGood ? 1 : this.#failures + 1;
  }

  #end(reason: EndReason): void {
    this.#live = false;
    clearTimeout(this.#timer);
    this.#tell({ kind: "ended", reason });
    this.#socket.close();
  }

  #heard(data: unknown): void {
    if (this.#asked) this.#pingLater();
    if (typeof data !== "string" || data === pongFrame) return;
    for (const said of messagesIn(jsonOf(data))) {
      // A message this page does not know comes from a newer room, and is not meant for it.
      const message = this.#options.down.safeParse(said);
      if (message.success) this.#options.onMessage(message.data);
    }
  }

  #pingLater(): void {
    clearTimeout(this.#timer);
    this.#asked = false;
    this.#timer = setTimeout(() => this.#doubt(), pingEvery_ms);
  }

  /** Something happened to the line, or it was not asked for a while: is it still there? */
  #doubt(): void {
    if (this.#state.kind === "waiting") this.#skipWait?.();
    if (this.#state.kind !== "online") return;
    clearTimeout(this.#timer);
    this.#socket.send(pingFrame);
    this.#asked = true;
    this.#timer = setTimeout(() => this.#drop(), pong_ms_max);
  }

  #drop(): void {
    if (this.#state.kind === "online") this.#socket.reconnect(lineLost, "line lost");
  }

  #tell(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

function endReasonOf({ code }: { readonly code: number }): EndReason | undefined {
  if (code === closeCodes.roomNotFound) return "not_found";
  if (code === closeCodes.roomFull) return "full";
  if (code === closeCodes.replaced) return "replaced";
  if (code === closeCodes.kicked) return "kicked";
  if (code === closeCodes.banned) return "banned";
  if (code === closeCodes.roomLocked) return "locked";
  return finalCloseCodes.has(code) ? "refused" : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
