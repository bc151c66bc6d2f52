import type { Random } from "../../platform/testing/random.ts";
import type { FollowedPlayer } from "../../web/watch/follower.ts";
import type { PlayerState } from "../../web/watch/players/player.ts";
import type { VirtualTime } from "./time.ts";

/** What one player is like. */
export interface PlayerFaults {
  /** What a seek takes, from 50 ms to 5 s; single ones vary by a tenth. */
  readonly seek_ms: number;
  readonly start_ms: number;
  /** Its clock gains so much, in parts per million; changes when a player goes bad. */
  skew_ppm: number;
  /** Only these speeds, or any. */
  readonly rates: readonly number[] | null;
}

/** A player with the faults of real ones. It moves with virtual time, without ticking. */
export class SimPlayer implements FollowedPlayer {
  readonly traits: FollowedPlayer["traits"];
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #faults: PlayerFaults;
  readonly #duration_ms: number;
  readonly #changed: () => void;
  readonly #roomRate: () => number;
  #position_ms = 0;
  #rate = 1;
  #paused = true;
  #ready = false;
  #seeking = false;
  /** It moves only from this moment on; nothing before it is known to stand. */
  #movesFrom_ms = 0;
  #at_ms = 0;
  #seekNumber = 0;
  #stalledUntil_ms = 0;
  seeks = 0;
  /** Corrections by speed while a seek or a stall was pending, which must not happen. */
  disturbed = 0;

  constructor(
    time: VirtualTime,
    random: Random,
    faults: PlayerFaults,
    duration_ms: number,
    changed: () => void,
    roomRate: () => number,
  ) {
    this.#roomRate = roomRate;
    this.#time = time;
    this.#random = random;
    this.#faults = faults;
    this.#duration_ms = duration_ms;
    this.#changed = changed;
    this.traits = { rates: faults.rates, position_ms_error: 0, subtitles: false };
    // Loading takes about as long as a seek.
    this.#at_ms = time.now_ms;
    time.after(this.#varied(faults.seek_ms), () => this.#becomeReady());
  }

  state(): PlayerState {
    this.#settle();
    return {
      position_ms: this.#position_ms,
      duration_ms: this.#duration_ms,
      paused: this.#paused,
      seeking: this.#seeking,
      ready: this.#ready && !this.#isStalled(),
      ended: this.#position_ms >= this.#duration_ms,
      rate: this.#rate,
      muted: false,
      volume: 1,
      failure: null,
    };
  }

  /** The position on the screen now, and whether it moves. */
  truth(): { readonly position_ms: number; readonly moving: boolean; readonly pending: boolean } {
    this.#settle();
    const pending = this.#seeking || !this.#ready || this.#isStalled();
    const moving = !this.#paused && !pending && this.#time.now_ms >= this.#movesFrom_ms;
    return { position_ms: this.#position_ms, moving, pending };
  }

  play(): Promise<void> {
    this.#settle();
    if (this.#paused) {
      this.#paused = false;
      this.#movesFrom_ms = this.#time.now_ms + this.#varied(this.#faults.start_ms, 0.2);
    }
    return Promise.resolve();
  }

  pause(): void {
    this.#settle();
    this.#paused = true;
  }

  seek(position_ms: number): void {
    this.#settle();
    this.seeks++;
    this.#position_ms = Math.min(Math.max(0, position_ms), this.#duration_ms);
    this.#seeking = true;
    const number = ++this.#seekNumber;
    this.#time.after(this.#varied(this.#faults.seek_ms), () => {
      if (number !== this.#seekNumber) return;
      this.#settle();
      this.#seeking = false;
      this.#becomeReady();
    });
  }

  setRate(rate: number): void {
    this.#settle();
    const pending = this.#seeking || this.#isStalled();
    if (pending && rate !== this.#roomRate()) this.disturbed++;
    this.#rate = rate;
  }

  /** When its picture began to move, or will, after the latest `play`. */
  get movesFrom_ms(): number {
    return this.#movesFrom_ms;
  }

  /** The network starves it for a while. */
  stall(for_ms: number): void {
    this.#settle();
    this.#stalledUntil_ms = this.#time.now_ms + for_ms;
    this.#changed();
    this.#time.after(for_ms, () => {
      this.#settle();
      this.#changed();
    });
  }

  #becomeReady(): void {
    this.#settle();
    this.#ready = true;
    this.#changed();
  }

  /** Brings the position up to now; called before anything changes. */
  #settle(): void {
    const { now_ms } = this.#time;
    const from_ms = Math.max(this.#at_ms, this.#movesFrom_ms, this.#stalledUntil_ms);
    this.#at_ms = now_ms;
    if (this.#paused || this.#seeking || !this.#ready || now_ms <= from_ms) return;
    const speed = this.#rate * (1 + this.#faults.skew_ppm / 1e6);
    this.#position_ms = Math.min(this.#position_ms + (now_ms - from_ms) * speed, this.#duration_ms);
  }

  #isStalled(): boolean {
    return this.#time.now_ms < this.#stalledUntil_ms;
  }

  #varied(base_ms: number, share = 0.1): number {
    return base_ms * (1 - share + this.#random.next() * 2 * share);
  }
}
