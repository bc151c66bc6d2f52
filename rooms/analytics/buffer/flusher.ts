import { sqlState } from "../../../db/client.ts";
import { sessionSilence_ms } from "../../../protocol/analytics/limits.ts";
import {
  afterFailure,
  afterWritten,
  type FlushFailure,
  type FlushState,
  nextSlice,
  type Slice,
  sliceLimits,
  steady,
} from "../plan.ts";
import type { Forgotten } from "./forgotten.ts";
import type { KnownGame } from "./known-game.ts";
import type { Ledger } from "./ledger.ts";
import type { BufferPorts } from "./ports.ts";
import { readSlice, releaseSlice } from "./slices.ts";
import { failureOf } from "./writer.ts";

/** Work of one alarm; what is left is the next one's, so that the object can be moved between. */
const alarm_ms_max = 20_000;
const noSlice: Slice = { chunks: [], events: 0 };

/** Takes what waits to the database. What it writes may be written again, at any point. */
export class Flusher {
  readonly #ports: BufferPorts;
  readonly #game: KnownGame;
  readonly #ledger: Ledger;
  readonly #forgotten: Forgotten;
  #state: FlushState = steady;
  #flushing: Promise<void> | undefined;

  constructor(
    ports: BufferPorts,
    {
      game,
      ledger,
      forgotten,
    }: { readonly game: KnownGame; readonly ledger: Ledger; readonly forgotten: Forgotten },
  ) {
    this.#ports = ports;
    this.#game = game;
    this.#ledger = ledger;
    this.#forgotten = forgotten;
  }

  get isFlushing(): boolean {
    return this.#flushing !== undefined;
  }

  /** Tries in a row that found the database away. */
  get failures(): number {
    return this.#state.failures;
  }

  /** No try is made before. */
  get notBefore_ms(): number {
    return this.#state.notBefore_ms;
  }

  /**
   * Writes what waits, until the database is away, or enough is done for once. What comes meanwhile
   * waits for its own turn: it has not waited long, and there would be no end to it.
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
      this.#ledger.endWrite();
    });
    return this.#flushing;
  }

  /** Something unforeseen went wrong: it is not tried again at once. */
  setBack(): void {
    this.#setBack("away", noSlice);
  }

  async #flushAll(): Promise<void> {
    const { store } = this.#ports;
    const until_ms = this.#ports.now_ms() + alarm_ms_max;
    let lastId = this.#begin();
    for (;;) {
      const slice = nextSlice(store.waiting(sliceLimits.chunks_max, lastId), this.#state);
      const silentSince_ms = this.#silentSince();
      if (slice.events === 0 && silentSince_ms === undefined) {
        if (!this.#isMoreDue()) break;
        lastId = this.#begin();
        continue;
      }
      if (!(await this.#flushOnce(slice, silentSince_ms))) break;
      if (this.#ports.now_ms() >= until_ms) break;
    }
  }

  /** @returns the chunk up to which all that waits is to be written */
  #begin(): number {
    this.#ledger.beginWrite();
    return this.#ports.store.lastId();
  }

  #isMoreDue(): boolean {
    const { events, oldestAt_ms } = this.#ledger.due;
    const isOld = this.#ports.now_ms() - oldestAt_ms >= this.#game.flushEvery_ms;
    return events > 0 && (isOld || events >= this.#game.flushEvents);
  }

  /** @returns whether to go on */
  async #flushOnce(slice: Slice, silentSince_ms: number | undefined): Promise<boolean> {
    const { now_ms } = this.#ports;
    const started_ms = now_ms();
    try {
      const config = this.#game.config ?? (await this.#game.seek());
      if (config === undefined) throw new Error("nothing is known of the game");
      if (config === null) {
        this.#forget();
        return false;
      }
      const written = await this.#ports.write(
        {
          ...(slice.events === 0 ? {} : { slice: readSlice(this.#ports.store, slice) }),
          ...(silentSince_ms === undefined ? {} : { silentSince_ms }),
        },
        config,
      );
      this.#ledger.noteSessions(written, silentSince_ms !== undefined);
      this.#state = afterWritten(this.#state);
      if (slice.events > 0) {
        releaseSlice(this.#ports.store, this.#ledger, slice);
        this.#ledger.flushed(slice.events, now_ms() - started_ms);
      }
      await this.#followRevision(written.ingest?.revision);
      return true;
    } catch (error) {
      return this.#refused(slice, error);
    }
  }

  /** @returns whether to go on at once */
  #refused(slice: Slice, error: unknown): boolean {
    this.#ledger.failed();
    const failure = failureOf(error);
    const [first] = slice.chunks;
    // With no rows there is nothing to narrow down.
    if (first === undefined || failure !== "data") {
      this.#setBack(failure === "data" ? "away" : failure, slice);
      return false;
    }
    if (this.#setBack(failure, slice)) {
      this.#putAside(first.id, sqlState(error) ?? "unknown");
      this.#ports.report("dead event", error);
    }
    return true;
  }

  /** The first event of a chunk is refused by itself. @param reason a SQLSTATE */
  #putAside(chunkId: number, reason: string): void {
    const { store } = this.#ports;
    if (this.#forgotten.covers(store.readFirst(chunkId, 1).rows)) store.cut(chunkId, 1);
    else store.bury(chunkId, reason);
    this.#ledger.recount();
  }

  #setBack(failure: FlushFailure, slice: Slice): boolean {
    const { now_ms, random } = this.#ports;
    const next = afterFailure(this.#state, failure, slice, now_ms(), random());
    this.#state = next.state;
    return next.dead;
  }

  /** Since when sessions have been silent that are to be closed now; undefined if none is due. */
  #silentSince(): number | undefined {
    const { openSeen_ms } = this.#ledger.stats;
    const silentSince_ms = Math.floor(this.#ports.now_ms() - sessionSilence_ms);
    return openSeen_ms !== null && openSeen_ms < silentSince_ms ? silentSince_ms : undefined;
  }

  async #followRevision(revision: number | null | undefined): Promise<void> {
    if (revision === undefined || revision === this.#game.config?.revision) return;
    if (revision === null) this.#forget();
    else this.#game.configure(await this.#ports.loadConfig());
  }

  /** The game is gone, and with it whatever waited. */
  #forget(): void {
    this.#game.configure(null);
    this.#ports.store.clear();
    this.#ledger.recount();
    this.#ledger.forgetSessions();
  }
}
