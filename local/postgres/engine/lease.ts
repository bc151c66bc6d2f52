import type { PoolClient } from "pg";
import type { RowSink, Session, Statement, StatementResult } from "./engine.ts";
import { EngineUnreachableError, ResultTooLargeError, statementTimeout } from "./errors.ts";
import { RawStatement } from "./statement.ts";

/** Why a running statement has to end early. */
export type Interruption = "deadline" | "abandoned" | "refused";

/**
 * Ends the statement that the backend with this process id runs for us.
 * @param finished settles when the statement is over
 * @returns what is next: `wait` until it ends, which was asked for or is near; or `cut` the connection
 */
export type Interrupt = (
  backend: number,
  why: Interruption,
  finished: Promise<void>,
) => Promise<"wait" | "cut">;

/** How long an interrupted statement may take to end before its connection is destroyed. */
const interrupted_ms_max = 2_000;
/** How long a reset may take before the connection is destroyed instead. */
const reset_ms_max = 5_000;

/** One pooled connection, lent out for one session. */
export class Lease implements Session {
  readonly #client: PoolClient;
  readonly #interrupt: Interrupt;
  /** Rejects when the connection is lost. */
  readonly #lost: Promise<never>;
  #lose: (reason?: Error) => void = () => {};
  readonly #onTimeout = () => this.#lose();
  /** Whether the connection may be lent out again. */
  #usable = true;
  #running: RawStatement | undefined;
  /** What every further statement is answered with, once there is one. */
  #verdict: { readonly error: unknown } | undefined;
  #interrupting: Promise<void> = Promise.resolve();

  constructor(client: PoolClient, interrupt: Interrupt) {
    this.#client = client;
    this.#interrupt = interrupt;
    this.#lost = new Promise((_, reject) => {
      this.#lose = (reason) => {
        this.#usable = false;
        if (reason instanceof ResultTooLargeError) reject(reason);
        else reject(new EngineUnreachableError("the connection to the database was lost"));
      };
    });
    this.#lost.catch(() => {});
    client.on("error", this.#lose);
  }

  async run(statement: Statement, sink?: RowSink): Promise<StatementResult> {
    this.#throwIfInterrupted();
    const running = new RawStatement(statement, sink, (reason) => this.#end("refused", reason));
    this.#running = running;
    // When the connection is lost first, nobody is left to hear how the statement failed.
    running.result.catch(() => {});
    try {
      const result = await Promise.race([this.#client.query(running).result, this.#lost]);
      this.#throwIfInterrupted();
      return result;
    } catch (error) {
      this.#throwIfInterrupted();
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends the running statement, and refuses any further one. Only the first call counts. */
  interrupt(why: "deadline" | "abandoned"): void {
    this.#end(why, statementTimeout());
  }

  #end(why: Interruption, error: unknown): void {
    if (this.#verdict !== undefined) return;
    this.#verdict = { error };
    // A cancellation may arrive late; it must not hit the next user of this connection.
    this.#usable = false;
    if (this.#running !== undefined) this.#interrupting = this.#cut(this.#running, why);
  }

  async #cut(running: RawStatement, why: Interruption): Promise<void> {
    const backend = Reflect.get(this.#client, "processID");
    const finished = Promise.race([running.result, this.#lost]).then(
      () => {},
      () => {},
    );
    const next = await this.#interrupt(typeof backend === "number" ? backend : 0, why, finished);
    if (next === "cut") this.#lose();
    const timer = setTimeout(this.#onTimeout, interrupted_ms_max);
    await finished;
    clearTimeout(timer);
  }

  #throwIfInterrupted(): void {
    if (this.#verdict !== undefined) throw this.#verdict.error;
  }

  /**
   * Resets the session and gives its connection back, or destroys it where that is not safe. Never
   * rejects.
   */
  async end(): Promise<void> {
    await this.#interrupting;
    const clean = this.#usable && (await this.#reset());
    this.#client.off("error", this.#lose);
    this.#client.release(!clean);
  }

  async #reset(): Promise<boolean> {
    const timer = setTimeout(this.#onTimeout, reset_ms_max);
    try {
      if (this.#client.getTransactionStatus() !== "I") await this.#command("ROLLBACK");
      await this.#command("DISCARD ALL");
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  #command(text: string): Promise<unknown> {
    return Promise.race([this.#client.query(text), this.#lost]);
  }
}
