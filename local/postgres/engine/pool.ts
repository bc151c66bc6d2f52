import { setTimeout as delay } from "node:timers/promises";
import { type ClientConfig, Pool, type PoolClient } from "pg";
import type { EngineLimits, Session } from "./engine.ts";
import { asSqlError, EngineBusyError, EngineUnreachableError } from "./errors.ts";
import { guardFrames } from "./frame-guard.ts";
import { type Interrupt, Lease } from "./lease.ts";

export interface SessionPoolOptions {
  readonly connection: ClientConfig;
  readonly limits: EngineLimits;
  readonly interrupt: Interrupt;
  /**
   * Whether an answer may go out before the session is reset. Only where there is no second session
   * that could see what the first has left, an advisory lock for instance.
   */
  readonly resetBehind: boolean;
  /** Resolves once the server can be spoken to, for one that is started again when it broke. */
  readonly ready?: () => Promise<unknown>;
}

/** A server that breaks is noticed with a delay; so long it may refuse connections. */
const connect_attempts_max = 5;
const connect_retry_ms = 100;

/** A bounded pool of connections, handed out as sessions that leave nothing behind. */
export class SessionPool {
  readonly #pool: Pool;
  readonly #options: SessionPoolOptions;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
    this.#pool = new Pool({
      ...options.connection,
      max: options.limits.sessions_max,
      connectionTimeoutMillis: options.limits.wait_ms_max,
      idleTimeoutMillis: 30_000,
    });
    // A connection that dies while idle is taken out by the pool; the next request opens another.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => guardFrames(client, options.limits.row_bytes_max));
  }

  /** As `Engine.session`. */
  async session<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    const { limits, interrupt, resetBehind } = this.#options;
    const lease = new Lease(await this.#connect(), interrupt);
    const onAbort = () => lease.interrupt("abandoned");
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const deadline = setTimeout(() => lease.interrupt("deadline"), limits.session_ms_max);
    try {
      return await work(lease);
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", onAbort);
      const reset = lease.end();
      if (!resetBehind) await reset;
    }
  }

  async #connect(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= this.#options.limits.waiting_max)
      throw new EngineBusyError("too many requests wait for a database connection");
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#options.ready?.();
        return await this.#pool.connect();
      } catch (failure) {
        const error = connectError(failure);
        const final = this.#options.ready === undefined || attempt === connect_attempts_max;
        if (final || !(error instanceof EngineUnreachableError)) throw error;
        await delay(connect_retry_ms);
      }
    }
  }

  stop(): Promise<void> {
    return this.#pool.end();
  }
}

function connectError(error: unknown): Error {
  if (error instanceof EngineUnreachableError) return error;
  if (!(error instanceof Error)) return new EngineUnreachableError(String(error));
  // The pool's own words for a full pool; it has no code for that.
  if (error.message === "timeout exceeded when trying to connect")
    return new EngineBusyError("no database connection became free in time");
  const systemCode = Reflect.get(error, "code");
  const code = typeof systemCode === "string" ? systemCode : undefined;
  // Node reports a host with several addresses as an AggregateError without a message.
  return new EngineUnreachableError(
    error.message || code || error.name,
    asSqlError(error)?.fields.code,
  );
}
