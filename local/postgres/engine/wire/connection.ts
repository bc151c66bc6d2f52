import { once } from "node:events";
import type { Socket } from "node:net";
import type { Login } from "../engine.ts";
import {
  copyFail,
  errorResponse,
  type Frame,
  ProtocolError,
  type TransactionStatus,
} from "./frames.ts";
import { Incoming } from "./incoming.ts";
import type { SessionLease } from "./lease.ts";
import {
  askPassword,
  checkLogin,
  negotiateVersion,
  parseStartup,
  type SessionRequest,
  welcome,
} from "./startup.ts";

/** The one session behind all connections. Both calls block the thread while Postgres works. */
export interface WireSession {
  /** What a client is told at login. */
  readonly settings: ReadonlyMap<string, string>;
  /** How long the last exchange took. */
  readonly lastExchange_ms: number;
  /** Runs messages; the status is there if they ended with the server ready for more. */
  exchange(
    messages: Buffer,
  ): Promise<{ reply: readonly Buffer[]; status: TransactionStatus | undefined }>;
  /** Ends a transaction and forgets everything a session can remember. */
  reset(): Promise<void>;
}

export interface WireLimits {
  readonly connections_max: number;
  /** One message, and all messages of one exchange. */
  readonly message_bytes_max: number;
  /** A transaction without a statement keeps everybody waiting; after this it is ended. */
  readonly idle_in_transaction_ms_max: number;
  readonly login_ms_max: number;
}

export interface WireOptions {
  readonly session: WireSession;
  readonly login: Login;
  readonly limits: WireLimits;
  /** Told whose messages are about to run, by process id, and 0 when they have. */
  onRun(backend: number): void;
}

/** Sent behind everything that could start a COPY FROM STDIN, which would wait for data for ever. */
const noCopyIn = copyFail("COPY FROM STDIN is not supported by the embedded engine; use INSERT");

/** A client of the embedded Postgres, from its first byte to its last. */
export class WireConnection {
  readonly #socket: Socket;
  /** What the client takes for the process id of its server. */
  readonly #backend: number;
  readonly #lease: SessionLease;
  readonly #options: WireOptions;
  readonly #incoming: Incoming;
  #pending: Buffer[] = [];
  #pending_bytes = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, backend: number, lease: SessionLease, options: WireOptions) {
    this.#socket = socket;
    this.#backend = backend;
    this.#lease = lease;
    this.#options = options;
    socket.setNoDelay(true);
    this.#incoming = new Incoming(socket, options.limits.message_bytes_max, () => {
      if (!lease.holds(this)) lease.release(this);
    });
  }

  /** Serves until the client leaves. Rejects only if the session is beyond repair. */
  async serve(): Promise<void> {
    const { limits, session } = this.#options;
    const loginTimer = setTimeout(() => this.#socket.destroy(), limits.login_ms_max);
    try {
      const admitted = await this.#admit();
      clearTimeout(loginTimer);
      if (admitted) await this.#serveExchanges();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#socket.write(errorResponse("FATAL", "08P01", error.message));
    } finally {
      clearTimeout(loginTimer);
      clearTimeout(this.#idleTimer);
      if (this.#lease.holds(this)) await session.reset();
      this.#lease.release(this);
      this.#socket.destroySoon();
    }
  }

  async #admit(): Promise<boolean> {
    for (;;) {
      const message = await this.#incoming.startup();
      const request = message && parseStartup(message);
      if (request === undefined || request.kind === "cancel") return false;
      if (request.kind === "unsupported") throw new ProtocolError("unsupported frontend protocol");
      if (request.kind === "session") return this.#checkLogin(request);
      this.#socket.write("N");
    }
  }

  async #checkLogin({ minor, parameters }: SessionRequest): Promise<boolean> {
    const { login, session } = this.#options;
    if (minor > 0) this.#socket.write(negotiateVersion(parameters));
    this.#socket.write(askPassword());
    const answer = await this.#incoming.next();
    if (answer?.type !== "p") return false;
    const password = answer.bytes.toString("utf8", 5, answer.bytes.length - 1);
    const refusal = checkLogin(login, parameters, password);
    this.#socket.write(refusal ?? welcome(session.settings, this.#backend));
    return refusal === undefined;
  }

  async #serveExchanges(): Promise<void> {
    for (;;) {
      const frame = await this.#incoming.next();
      if (frame === undefined || frame.type === "X") return;
      if (this.#collect(frame) && !(await this.#exchange(frame.type !== "H"))) return;
    }
  }

  /** Adds a message to the exchange; true if the server must answer now. */
  #collect({ type, bytes }: Frame): boolean {
    // A client that refuses a COPY itself may say so in its own words.
    if (type === "f" && this.#pending.at(-1) === noCopyIn) this.#pending.splice(-1, 1, bytes);
    // Otherwise this is data for a COPY that has been refused already.
    if (type === "d" || type === "c" || type === "f") return false;
    if (!"BCDEFHPQS".includes(type))
      throw new ProtocolError(`invalid frontend message type ${type.charCodeAt(0)}`);
    this.#pending.push(bytes);
    if (type === "E" || type === "Q") this.#pending.push(noCopyIn);
    this.#pending_bytes += bytes.length;
    if (this.#pending_bytes > this.#options.limits.message_bytes_max)
      throw new ProtocolError("too many bytes before a Sync");
    return "FHQS".includes(type);
  }

  /**
   * Runs what was collected, once the session is free.
   * @param ends whether the session may go to others afterwards, if no transaction is open
   * @returns false if the client is gone
   */
  async #exchange(ends: boolean): Promise<boolean> {
    clearTimeout(this.#idleTimer);
    const messages = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pending_bytes = 0;
    const { session, limits, onRun } = this.#options;
    const grant = await this.#lease.acquire(this);
    // What nobody waits for any more must not be run.
    if (grant === "given_up" || !(await this.#incoming.present(session.lastExchange_ms)))
      return false;
    onRun(this.#backend);
    if (grant === "taken_over") await session.reset();
    const { reply, status } = await session.exchange(messages);
    onRun(0);
    if (ends && status === "I") this.#lease.release(this);
    else this.#idleTimer = setTimeout(() => this.#expire(), limits.idle_in_transaction_ms_max);
    this.#socket.cork();
    for (const part of reply) this.#socket.write(part);
    this.#socket.uncork();
    if (!this.#socket.writableNeedDrain) return !this.#socket.destroyed;
    await Promise.race([once(this.#socket, "drain"), once(this.#socket, "close")]);
    return !this.#socket.destroyed;
  }

  #expire(): void {
    const message = "terminating connection due to idle-in-transaction timeout";
    this.#socket.write(errorResponse("FATAL", "25P03", message));
    this.#socket.destroySoon();
  }
}
