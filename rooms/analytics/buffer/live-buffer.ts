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
import { nextAlarm } from "../plan.ts";
import { Flusher } from "./flusher.ts";
import { Forgotten } from "./forgotten.ts";
import { Intake } from "./intake.ts";
import { KnownGame } from "./known-game.ts";
import { Ledger } from "./ledger.ts";
import type { BufferPorts } from "./ports.ts";
import { isToTell } from "./stats.ts";

/** Whoever asks a buffer to tell has joined the tail by then: a socket opens after the asking. */
const join_ms_max = 60_000;

/**
 * A buffer: it keeps batches on disk until the database has them. What it says of a batch leaves the
 * object only when the batch is on disk; what it writes may be written again, for a row that the
 * database has is not taken in a second time. So it may die at any point.
 */
export class LiveBuffer {
  readonly #ports: BufferPorts;
  readonly #address: BufferAddress;
  readonly #game: KnownGame;
  readonly #ledger: Ledger;
  readonly #intake: Intake;
  readonly #flusher: Flusher;
  readonly #forgotten: Forgotten;
  #alarmAt_ms: number | null;

  /** @param alarmAt_ms the alarm that is set already */
  constructor(ports: BufferPorts, address: BufferAddress, alarmAt_ms: number | null) {
    this.#ports = ports;
    this.#address = address;
    const game = new KnownGame(ports);
    const ledger = new Ledger(ports);
    this.#game = game;
    this.#ledger = ledger;
    this.#intake = new Intake(ports, address, { game, ledger }, () => this.#schedule());
    this.#forgotten = new Forgotten(ports);
    this.#flusher = new Flusher(ports, { game, ledger, forgotten: this.#forgotten });
    this.#alarmAt_ms = alarmAt_ms;
    this.#schedule();
  }

  /**
   * What it goes by, after a look for keys that it does not know; null when the game is gone, undefined
   * when nothing certain can be known of it, or of one of them, now.
   */
  async currentConfig(keyIds: readonly string[] = []): Promise<GameConfig | null | undefined> {
    const config = await this.#game.seek(keyIds);
    return this.#game.isSureOf(keyIds) ? config : undefined;
  }

  /** @param rows JSON: an array of `EventRow`, one for each uuid of the head */
  accept(head: AcceptHead, rows: string): Promise<AcceptReply> {
    return this.#intake.accept(head, rows);
  }

  /** The game has changed. */
  configure(config: GameConfig | null): void {
    this.#game.configure(config);
    this.#schedule();
  }

  /** @param until_ms 0 for not any more */
  listen(until_ms: number): void {
    this.#ledger.listen(until_ms);
  }

  /**
   * The tail had nobody to show anything to. Somebody who has just asked is still on their way there,
   * and what says so may have been asked before them: then the buffer goes on telling.
   */
  nobodyWatches(): void {
    if (this.#ports.now_ms() - this.#ledger.stats.listenSince_ms >= join_ms_max) this.listen(0);
  }

  /** Lets dead events wait again. */
  revive(): void {
    this.#ports.store.dead.revive();
    this.#ledger.recount();
    this.#schedule();
  }

  /** A page of dead events. @param after the id behind which it begins */
  dead(after: number): DeadEvents {
    const { env, shard } = this.#address;
    const found = this.#ports.store.dead.page(after, deadEventsPage_max);
    return {
      events: found.map(({ rows, ...dead }) => {
        const [row = {}] = deadRowsSchema.parse(JSON.parse(rows));
        return { env, shard, ...dead, row };
      }),
    };
  }

  /**
   * A player is forgotten: what is dead goes, what waits the database will not take in, and does not
   * become dead either.
   * @param erased_ms what was received until then is not kept
   * @throws Error when too many players are being forgotten: ask again later
   */
  forgetPlayer(player: string, erased_ms: number): void {
    this.#forgotten.add(player, erased_ms);
    this.#ports.store.dead.forget(player);
    this.#ledger.recount();
    this.#schedule();
  }

  figures(): BufferFigures {
    return this.#ledger.figures(this.#address);
  }

  /** The alarm rings. It never throws: what it could not do it sets the next alarm for. */
  async alarm(): Promise<void> {
    this.#alarmAt_ms = null;
    try {
      await this.flush();
    } catch (error) {
      this.#ports.report("flush", error);
      this.#flusher.setBack();
    }
    this.#schedule();
  }

  /** Writes what waits, until nothing of it does, or the database is away, or enough is done for once. */
  async flush(): Promise<void> {
    const deadBefore_events = this.#ledger.dead_events;
    await this.#flusher.flush();
    this.#publishIfDue(this.#ledger.dead_events > deadBefore_events);
    this.#ledger.save();
    this.#forgotten.release(this.#ledger.oldestAt_ms);
    this.#schedule();
  }

  /** @param atOnce because it is news */
  #publishIfDue(atOnce: boolean): void {
    const { failures } = this.#flusher;
    const failing = failures > 0;
    if (!atOnce && !isToTell(this.#ledger.stats, failing, this.#ports.now_ms())) return;
    this.#ledger.told(failing);
    this.#ports.publish(this.figures(), failures);
  }

  #schedule(): void {
    const { events, oldestAt_ms } = this.#ledger.due;
    // While it writes it sees to what is due by itself, and looks again when it has written.
    const { isFlushing } = this.#flusher;
    const at_ms = nextAlarm({
      now_ms: this.#ports.now_ms(),
      waiting_events: events,
      oldestAt_ms,
      flushEvery_ms: this.#game.flushEvery_ms,
      flushEvents: isFlushing ? Number.POSITIVE_INFINITY : this.#game.flushEvents,
      notBefore_ms: this.#flusher.notBefore_ms,
      openSeen_ms: isFlushing ? null : this.#ledger.stats.openSeen_ms,
      silence_ms: sessionSilence_ms,
      releaseAt_ms: isFlushing ? null : this.#forgotten.releaseAt_ms,
    });
    if (at_ms === null || (this.#alarmAt_ms !== null && this.#alarmAt_ms <= at_ms)) return;
    this.#alarmAt_ms = at_ms;
    this.#ports.setAlarm(at_ms);
  }
}
