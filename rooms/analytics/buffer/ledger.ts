import type { BufferAddress, BufferFigures } from "../../../protocol/analytics/buffer.ts";
import type { Backlog } from "./backlog.ts";
import type { BufferPorts } from "./ports.ts";
import { type BufferStats, earliest, withDrops, withFlush, withKept } from "./stats.ts";
import type { Written } from "./writer.ts";

/** What came to a buffer since a moment. */
interface Since {
  readonly events: number;
  /** When the first came; 0 for none. */
  readonly oldestAt_ms: number;
}

const nothing: Since = { events: 0, oldestAt_ms: 0 };

/** What a buffer counts: what is on its disk, so that nobody has to add it up, and what it has done. */
export class Ledger {
  readonly #ports: BufferPorts;
  #waiting: Backlog;
  #dead: Backlog;
  #stats: BufferStats;
  #statsOnDisk: BufferStats;
  #fresh: Since | undefined;

  constructor(ports: BufferPorts) {
    const { store } = ports;
    this.#ports = ports;
    this.#waiting = store.backlog("waiting");
    this.#dead = store.backlog("dead");
    this.#statsOnDisk = store.facts.readStats();
    this.#stats = withKept(this.#statsOnDisk, this.#waiting.events + this.#dead.events);
  }

  get stats(): BufferStats {
    return this.#stats;
  }

  get kept_bytes(): number {
    return this.#waiting.bytes + this.#dead.bytes;
  }

  get dead_events(): number {
    return this.#dead.events;
  }

  /** When the oldest batch that waits came; 0 for none. */
  get oldestAt_ms(): number {
    return this.#waiting.oldestAt_ms;
  }

  /** What waits for the next write: while one goes on, what came since it began. */
  get due(): Since {
    return this.#fresh ?? this.#waiting;
  }

  /** What is on disk is about to be written. */
  beginWrite(): void {
    this.#fresh = nothing;
  }

  endWrite(): void {
    this.#fresh = undefined;
  }

  /** A batch is on disk. @param duplicates how many of its events were there before */
  took(batch: { readonly events: number; readonly bytes: number }, duplicates: number): void {
    const at_ms = this.#ports.now_ms();
    const { batches, events, bytes, oldestAt_ms } = this.#waiting;
    this.#waiting = {
      batches: batches + 1,
      events: events + batch.events,
      bytes: bytes + batch.bytes,
      oldestAt_ms: batches === 0 ? at_ms : oldestAt_ms,
    };
    if (this.#fresh !== undefined)
      this.#fresh = {
        events: this.#fresh.events + batch.events,
        oldestAt_ms: this.#fresh.events === 0 ? at_ms : this.#fresh.oldestAt_ms,
      };
    const accepted_events = this.#stats.accepted_events + batch.events - duplicates;
    this.#stats = { ...this.#stats, accepted_events };
  }

  refused(): void {
    this.#stats = { ...this.#stats, refused_batches: this.#stats.refused_batches + 1 };
  }

  /** Events were dropped on their way here. They leave no row behind: this is to be saved. */
  dropped(drops: Readonly<Record<string, number>>): void {
    this.#stats = withDrops(this.#stats, drops);
  }

  listen(until_ms: number): void {
    const listenSince_ms = this.#ports.now_ms();
    this.#stats = { ...this.#stats, listenUntil_ms: until_ms, listenSince_ms };
    this.save();
  }

  /** The database has these. */
  flushed(events: number, took_ms: number): void {
    this.#stats = withFlush(this.#stats, events, took_ms, this.#ports.now_ms());
  }

  failed(): void {
    this.#stats = { ...this.#stats, failedFlushes: this.#stats.failedFlushes + 1 };
  }

  told(failing: boolean): void {
    this.#stats = { ...this.#stats, told: { at_ms: this.#ports.now_ms(), failing } };
  }

  /** @param swept whether silent sessions were closed with it */
  noteSessions({ ingest, sweep }: Written, swept: boolean): void {
    const before = swept ? null : this.#stats.openSeen_ms;
    const openSeen_ms = earliest(
      earliest(before, ingest?.open_seen_ms ?? null),
      sweep?.open_seen_ms ?? null,
    );
    this.#stats = { ...this.#stats, openSeen_ms };
  }

  /** The game is gone, and its sessions with it. */
  forgetSessions(): void {
    this.#stats = { ...this.#stats, openSeen_ms: null };
  }

  /** Whole chunks are off the disk. */
  released(batches: number, events: number, bytes: number): void {
    this.#waiting = {
      batches: this.#waiting.batches - batches,
      events: this.#waiting.events - events,
      bytes: this.#waiting.bytes - bytes,
      oldestAt_ms: this.#ports.store.oldestAt_ms(),
    };
  }

  /** Counts anew what is on disk: for what is seldom, since it reads all of it. */
  recount(): void {
    this.#waiting = this.#ports.store.backlog("waiting");
    this.#dead = this.#ports.store.backlog("dead");
  }

  /** Writes down what was counted, if anything was. */
  save(): void {
    if (this.#stats === this.#statsOnDisk) return;
    this.#statsOnDisk = this.#stats;
    this.#ports.store.facts.writeStats(this.#stats);
  }

  figures({ env, shard }: BufferAddress): BufferFigures {
    const {
      openSeen_ms: _seen,
      listenUntil_ms: _until,
      listenSince_ms: _since,
      told: _told,
      ...counted
    } = this.#stats;
    const { batches, events, bytes, oldestAt_ms } = this.#waiting;
    return {
      env,
      shard,
      waiting_batches: batches,
      waiting_events: events,
      waiting_bytes: bytes,
      oldest_ms: batches === 0 ? 0 : Math.max(0, Math.round(this.#ports.now_ms() - oldestAt_ms)),
      dead_events: this.#dead.events,
      dead_bytes: this.#dead.bytes,
      deadReason: this.#ports.store.dead.lastReason(),
      ...counted,
    };
  }
}
