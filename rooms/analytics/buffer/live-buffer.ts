import { sqlState } from "../../../db/client.ts";
import type {
  AcceptHead,
  AcceptReply,
  BufferAddress,
  BufferFigures,
  DeadEvents,
  GameConfig,
} from "../../../protocol/analytics/buffer.ts";
import { deadEventsPage_max, deadRowsSchema } from "../../../protocol/analytics/buffer.ts";
import { sessionSilence_ms } from "../../../protocol/analytics/limits.ts";
import { uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";
import { admit, type BufferLimits } from "../admit.ts";
import {
  afterFailure,
  afterWritten,
  type FlushFailure,
  type FlushState,
  nextAlarm,
  nextSlice,
  type Slice,
  sliceLimits,
  steady,
} from "../plan.ts";
import { RecentEvents } from "../recent.ts";
import { earliest, isToTell, withDrops, withFlush, withKept } from "./stats.ts";
import type { BufferStore, KeptConfig } from "./store.ts";
import { failureOf, type Write, type Written } from "./writer.ts";

const day_ms = 86_400_000;
/** A buffer reads the game's configuration anew for keys it does not know, this often at most. */
const reload_ms_min = 5_000;
/** Work of one alarm; what is left is the next one's, so that the object can be moved between. */
const alarm_ms_max = 20_000;
const recent_batches = 40;

/** What a buffer reaches of the world. */
export interface BufferPorts {
  readonly store: BufferStore;
  readonly limits: BufferLimits;
  now_ms(): number;
  random(): number;
  setAlarm(at_ms: number): void;
  /** One round trip to the database. */
  write(work: Write, config: GameConfig): Promise<Written>;
  /** What the database says of the game; null when it is gone. @throws when it does not answer */
  loadConfig(): Promise<GameConfig | null>;
  /** Tells whoever watches of rows that were taken in. */
  tell(rows: string, places: readonly number[]): void;
  /** Keeps how the buffer stands where it can be read without waking it. */
  publish(figures: BufferFigures, failures: number): void;
  report(where: string, error: unknown): void;
}

/**
 * A buffer: it keeps batches on disk until the database has them. What it says of a batch leaves the
 * object only when the batch is on disk; what it writes may be written again, for a row that the
 * database has is not taken in a second time. So it may die at any point.
 */
export class LiveBuffer {
  readonly #ports: BufferPorts;
  readonly #address: BufferAddress;
  readonly #recent = new RecentEvents();
  #recentLoaded = false;
  #config: KeptConfig;
  #loadedAt_ms = Number.NEGATIVE_INFINITY;
  #backlog;
  #dead;
  #stats;
  #flush: FlushState = steady;
  #flushing: Promise<void> | undefined;
  #alarmAt_ms: number | null;

  /** @param alarmAt_ms the alarm that is set already */
  constructor(ports: BufferPorts, address: BufferAddress, alarmAt_ms: number | null) {
    this.#ports = ports;
    this.#address = address;
    this.#config = ports.store.readConfig();
    this.#backlog = ports.store.backlog("waiting");
    this.#dead = ports.store.backlog("dead");
    this.#stats = withKept(ports.store.readStats(), this.#backlog.events + this.#dead.events);
    this.#alarmAt_ms = alarmAt_ms;
    this.#schedule();
  }

  /** What it goes by; null when the game is gone, or nothing can be known of it now. */
  async currentConfig(): Promise<GameConfig | null> {
    return this.#config ?? (await this.#reload()) ?? null;
  }

  /** @param rows JSON: an array of `EventRow`, one for each uuid of the head */
  async accept(head: AcceptHead, rows: string): Promise<AcceptReply> {
    const known = (id: string | undefined) =>
      id === undefined || this.#config?.keys.some((key) => key.id === id) === true;
    if (this.#config == null || !known(head.keyId) || !known(head.signedBy)) await this.#reload();
    const refusal = admit(head, rows.length, {
      config: this.#config,
      env: this.#address.env,
      kept_bytes: this.#backlog.bytes + this.#dead.bytes,
      limits: this.#ports.limits,
    });
    if (refusal !== undefined) {
      if (refusal.type === "refused" && refusal.reason === "full")
        this.#stats = { ...this.#stats, refused_batches: this.#stats.refused_batches + 1 };
      return refusal;
    }
    if (head.drops !== undefined && Object.keys(head.drops).length > 0) {
      // These leave no row behind from which they could be counted anew.
      this.#stats = withDrops(this.#stats, head.drops);
      this.#ports.store.writeStats(this.#stats);
    }
    return head.uuids.length === 0 ? { type: "accepted", duplicates: [] } : this.#take(head, rows);
  }

  #take({ uuids, idempotencyKey }: AcceptHead, rows: string): AcceptReply {
    this.#loadRecent();
    const earlier =
      idempotencyKey === undefined ? "new" : this.#recent.lookUp(idempotencyKey, uuids);
    if (earlier === "other") return { type: "refused", reason: "idempotency" };
    // The same question gets the same answer.
    if (earlier === "same") return { type: "accepted", duplicates: [] };
    const duplicates = this.#recent.duplicatesIn(uuids);
    if (duplicates.length === uuids.length) return { type: "accepted", duplicates };
    const at_ms = this.#ports.now_ms();
    const days = [...new Set(uuids.map((uuid) => Math.floor(uuid7Time_ms(uuid) / day_ms)))];
    this.#ports.store.insert({ uuids, days, rows, at_ms, idempotencyKey });
    this.#backlog = {
      batches: this.#backlog.batches + 1,
      events: this.#backlog.events + uuids.length,
      bytes: this.#backlog.bytes + rows.length,
      oldestAt_ms: this.#backlog.batches === 0 ? at_ms : this.#backlog.oldestAt_ms,
    };
    this.#stats = {
      ...this.#stats,
      accepted_events: this.#stats.accepted_events + uuids.length - duplicates.length,
    };
    this.#recent.remember(uuids, idempotencyKey);
    this.#schedule();
    if (at_ms < this.#stats.listenUntil_ms) {
      const known = new Set(duplicates);
      const fresh = uuids.flatMap((_, place) => (known.has(place) ? [] : [place]));
      this.#ports.tell(rows, fresh);
    }
    return { type: "accepted", duplicates };
  }

  /** The game has changed. */
  configure(config: GameConfig | null): void {
    if (config !== null && this.#config != null && config.revision < this.#config.revision) return;
    this.#config = config;
    this.#ports.store.writeConfig(config);
    this.#schedule();
  }

  /** @param until_ms 0 for not any more */
  listen(until_ms: number): void {
    this.#stats = { ...this.#stats, listenUntil_ms: until_ms };
    this.#ports.store.writeStats(this.#stats);
  }

  /** Lets dead events wait again. */
  revive(): void {
    this.#ports.store.revive();
    this.#countKept();
    this.#schedule();
  }

  /** A page of dead events. @param after the id behind which it begins */
  dead(after: number): DeadEvents {
    const { env, shard } = this.#address;
    const found = this.#ports.store.dead(after, deadEventsPage_max);
    return {
      events: found.map(({ rows, ...dead }) => {
        const [row = {}] = deadRowsSchema.parse(JSON.parse(rows));
        return { env, shard, ...dead, row };
      }),
    };
  }

  /** A player is forgotten: what is dead goes, what waits the database will not take in. */
  forgetPlayer(player: string): void {
    this.#ports.store.forget(player);
    this.#countKept();
  }

  figures(): BufferFigures {
    const { env, shard } = this.#address;
    const { openSeen_ms: _, listenUntil_ms: __, told: ___, ...counted } = this.#stats;
    const dead = this.#dead;
    const { batches, events, bytes, oldestAt_ms } = this.#backlog;
    return {
      env,
      shard,
      waiting_batches: batches,
      waiting_events: events,
      waiting_bytes: bytes,
      oldest_ms: batches === 0 ? 0 : Math.max(0, Math.round(this.#ports.now_ms() - oldestAt_ms)),
      dead_events: dead.events,
      dead_bytes: dead.bytes,
      deadReason: this.#ports.store.deadReason(),
      ...counted,
    };
  }

  /** The alarm rings. It never throws: what it could not do it sets the next alarm for. */
  async alarm(): Promise<void> {
    this.#alarmAt_ms = null;
    try {
      await this.flush();
    } catch (error) {
      this.#ports.report("flush", error);
      this.#setBack("away", { batches: [], events: 0 });
    }
    this.#schedule();
  }

  /** Writes what waits, until nothing does, or the database is away, or enough is done for once. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    const until_ms = this.#ports.now_ms() + alarm_ms_max;
    const deadBefore_events = this.#dead.events;
    for (;;) {
      const slice = nextSlice(this.#ports.store.waiting(sliceLimits.batches_max), this.#flush);
      const silentSince_ms = this.#silentSince();
      if (slice.events === 0 && silentSince_ms === undefined) break;
      if (!(await this.#flushOnce(slice, silentSince_ms))) break;
      if (this.#ports.now_ms() >= until_ms) break;
    }
    this.#publishIfDue(this.#dead.events > deadBefore_events);
    this.#ports.store.writeStats(this.#stats);
  }

  /** @param atOnce because it is news */
  #publishIfDue(atOnce: boolean): void {
    const now_ms = this.#ports.now_ms();
    const { failures } = this.#flush;
    const failing = failures > 0;
    if (!atOnce && !isToTell(this.#stats, failing, now_ms)) return;
    this.#stats = { ...this.#stats, told: { at_ms: now_ms, failing } };
    this.#ports.publish(this.figures(), failures);
  }

  /** @returns whether to go on */
  async #flushOnce(slice: Slice, silentSince_ms: number | undefined): Promise<boolean> {
    const { now_ms } = this.#ports;
    const started_ms = now_ms();
    try {
      const config = this.#config ?? (await this.#reload());
      if (config === undefined) throw new Error("nothing is known of the game");
      if (config === null) {
        this.#forget();
        return false;
      }
      const written = await this.#ports.write(
        {
          ...(slice.events === 0 ? {} : { slice: this.#read(slice) }),
          ...(silentSince_ms === undefined ? {} : { silentSince_ms }),
        },
        config,
      );
      this.#noteSessions(written, silentSince_ms);
      this.#flush = afterWritten(this.#flush);
      if (slice.events > 0) {
        this.#release(slice);
        this.#stats = withFlush(this.#stats, slice.events, now_ms() - started_ms, now_ms());
      }
      await this.#followRevision(written.ingest?.revision);
      return true;
    } catch (error) {
      return this.#refused(slice, error);
    }
  }

  /** @returns whether to go on at once */
  #refused(slice: Slice, error: unknown): boolean {
    this.#stats = { ...this.#stats, failedFlushes: this.#stats.failedFlushes + 1 };
    const failure = failureOf(error);
    const [first] = slice.batches;
    // With no rows there is nothing to narrow down.
    if (first === undefined || failure !== "data") {
      this.#setBack(failure === "data" ? "away" : failure, slice);
      return false;
    }
    if (this.#setBack(failure, slice)) {
      this.#ports.store.bury(first.id, sqlState(error) ?? "unknown");
      this.#countKept();
      this.#ports.report("dead event", error);
    }
    return true;
  }

  #read({ batches, events }: Slice) {
    const [first] = batches;
    return first !== undefined && events < first.events
      ? this.#ports.store.readFirst(first.id, events)
      : this.#ports.store.read(batches.map(({ id }) => id));
  }

  /** Takes off the disk what the database has. */
  #release({ batches, events }: Slice): void {
    const { store } = this.#ports;
    const [first] = batches;
    if (first !== undefined && events < first.events) {
      store.cut(first.id, events);
      this.#countKept();
      return;
    }
    store.delete(batches.map(({ id }) => id));
    this.#backlog = {
      batches: this.#backlog.batches - batches.length,
      events: this.#backlog.events - events,
      bytes: this.#backlog.bytes - batches.reduce((sum, batch) => sum + batch.bytes, 0),
      oldestAt_ms: store.oldestAt_ms(),
    };
  }

  /** Counts anew what is on disk: for what is seldom, since it reads all of it. */
  #countKept(): void {
    this.#backlog = this.#ports.store.backlog("waiting");
    this.#dead = this.#ports.store.backlog("dead");
  }

  #setBack(failure: FlushFailure, slice: Slice): boolean {
    const { now_ms, random } = this.#ports;
    const next = afterFailure(this.#flush, failure, slice, now_ms(), random());
    this.#flush = next.state;
    return next.dead;
  }

  #noteSessions({ ingest, sweep }: Written, silentSince_ms: number | undefined): void {
    const before = silentSince_ms === undefined ? this.#stats.openSeen_ms : null;
    const openSeen_ms = earliest(
      earliest(before, ingest?.open_seen_ms ?? null),
      sweep?.open_seen_ms ?? null,
    );
    this.#stats = { ...this.#stats, openSeen_ms };
  }

  /** Since when sessions have been silent that are to be closed now; undefined if none is due. */
  #silentSince(): number | undefined {
    const { openSeen_ms } = this.#stats;
    const silentSince_ms = Math.floor(this.#ports.now_ms() - sessionSilence_ms);
    return openSeen_ms !== null && openSeen_ms < silentSince_ms ? silentSince_ms : undefined;
  }

  async #followRevision(revision: number | null | undefined): Promise<void> {
    if (revision === undefined || revision === this.#config?.revision) return;
    if (revision === null) this.#forget();
    else this.configure(await this.#ports.loadConfig());
  }

  /** The game is gone, and with it whatever waited. */
  #forget(): void {
    this.#config = null;
    this.#ports.store.writeConfig(null);
    this.#ports.store.clear();
    this.#countKept();
    this.#stats = { ...this.#stats, openSeen_ms: null };
  }

  /** Reads the configuration anew, unless that was done just now; keeps the old one if it cannot. */
  async #reload(): Promise<KeptConfig> {
    const now_ms = this.#ports.now_ms();
    if (now_ms - this.#loadedAt_ms < reload_ms_min) return this.#config;
    this.#loadedAt_ms = now_ms;
    try {
      this.configure(await this.#ports.loadConfig());
    } catch (error) {
      this.#ports.report("configuration", error);
    }
    return this.#config;
  }

  #loadRecent(): void {
    if (this.#recentLoaded) return;
    this.#recentLoaded = true;
    for (const { uuids, key } of this.#ports.store.recent(recent_batches))
      this.#recent.remember(uuids, key);
  }

  #schedule(): void {
    const settings = this.#config?.settings;
    const at_ms = nextAlarm({
      now_ms: this.#ports.now_ms(),
      waiting_events: this.#backlog.events,
      oldestAt_ms: this.#backlog.oldestAt_ms,
      flushEvery_ms: (settings?.flushEvery_s ?? 30) * 1000,
      flushEvents: settings?.flushEvents ?? 5_000,
      notBefore_ms: this.#flush.notBefore_ms,
      openSeen_ms: this.#stats.openSeen_ms,
      silence_ms: sessionSilence_ms,
    });
    if (at_ms === null || (this.#alarmAt_ms !== null && this.#alarmAt_ms <= at_ms)) return;
    this.#alarmAt_ms = at_ms;
    this.#ports.setAlarm(at_ms);
  }
}
