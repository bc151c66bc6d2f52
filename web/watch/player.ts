import { Follower, type Leader, type Look } from "./follower.ts";
import type { MediaPlayer, PlayerFailure } from "./players/player.ts";
import type { Runtime } from "./runtime.ts";
import type { Skill } from "./sync.ts";

/** How long a pause of this person's own stands before the room has said the same. */
const ownPause_ms_max = 1_500;
/** The drift shown to people is the middle of so many looks, said once in so long. */
const driftLooks = 5;
const driftSaid_ms = 1_000;

/** What the browser's autoplay policy lets us do: all, only without sound, or nothing. */
export type Autoplay = "allowed" | "muted" | "blocked";

export interface PlayerSnapshot {
  readonly position_ms: number;
  /** 0 until the media has told it. */
  readonly duration_ms: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly autoplay: Autoplay;
  /** It should be moving and waits for data. */
  readonly buffering: boolean;
  readonly failed: boolean;
  /** Why the media cannot be played; null while it can. */
  readonly failure: PlayerFailure | null;
  /** Ahead of the room; behind when negative; null while that cannot be told. */
  readonly drift_ms: number | null;
}

export const initialPlayer: PlayerSnapshot = {
  position_ms: 0,
  duration_ms: 0,
  muted: false,
  volume: 1,
  autoplay: "allowed",
  buffering: false,
  failed: false,
  failure: null,
  drift_ms: null,
};

export interface PlayerOptions {
  readonly media: MediaPlayer;
  readonly leader: Leader;
  readonly runtime: Runtime;
  /** Every look, for whoever keeps count. */
  readonly onLook: (look: Look) => void;
  readonly onChange: (snapshot: PlayerSnapshot) => void;
  /** What the player before this one was seen to need. */
  readonly skill?: Skill | undefined;
}

/** Keeps one player in step, deals with the autoplay policy, and tells what people should see. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #follower: Follower;
  readonly #unsubscribe: () => void;
  #snapshot = initialPlayer;
  #autoplay: Autoplay = "allowed";
  #drifts: number[] = [];
  #driftSaidAt_ms = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#follower = new Follower({
      player: options.media,
      leader: options.leader,
      runtime: options.runtime,
      onLook: (look) => {
        this.#tell(look);
        options.onLook(look);
      },
      onRefused: () => this.#refused(),
      skill: options.skill,
    });
    this.#unsubscribe = options.media.subscribe(this.look);
    this.look();
  }

  get skill(): Skill {
    return this.#follower.skill;
  }

  /** Stops following; the media is the caller's to dispose of. */
  stop(): void {
    this.#unsubscribe();
    this.#follower.stop();
    this.#options.media.pause();
  }

  /** Looks at the player now: the room has spoken, or the player has changed. */
  readonly look = (): void => this.#follower.look();

  /**
   * Stops at once, before the room has heard of it, so that nobody sees their pause run on.
   * @returns where it stopped, in whole milliseconds. Not finer, because everybody seeks there, and
   *   Chromium ignores a seek to exactly where it stands, though the frame shown may be the one before.
   */
  pauseNow(): number {
    this.#follower.standAside(ownPause_ms_max);
    this.#options.media.pause();
    return Math.floor(this.#options.media.state().position_ms);
  }

  /** Called by a person's own tap, which lifts the browser's autoplay policy. */
  allowPlayback(): void {
    const { media } = this.#options;
    media.setMuted(false);
    this.#autoplay = "allowed";
    this.#follower.leftAlone = false;
    // Playing has to begin inside the tap itself; the next look pauses again if the room is paused.
    media.play().catch(() => this.#refused());
    this.look();
  }

  setMuted(muted: boolean): void {
    this.#options.media.setMuted(muted);
    if (!muted && this.#autoplay === "muted") this.#autoplay = "allowed";
    this.look();
  }

  setVolume(volume: number): void {
    this.#options.media.setVolume(volume);
    this.look();
  }

  /** Loads the media again after it failed. */
  reload(): void {
    this.#follower.restart();
    this.#options.media.reload();
    this.look();
  }

  /** The autoplay policy said no: without sound it may say yes, and otherwise a person must tap. */
  #refused(): void {
    const { media } = this.#options;
    this.#autoplay = media.state().muted ? "blocked" : "muted";
    media.setMuted(true);
    if (this.#autoplay === "blocked") this.#follower.leftAlone = true;
    else this.#follower.restart();
    this.look();
  }

  #tell(look: Look): void {
    const { player, stalled } = look;
    const snapshot: PlayerSnapshot = {
      position_ms: player.position_ms,
      duration_ms: player.duration_ms,
      muted: player.muted,
      volume: player.volume,
      autoplay: this.#autoplay,
      buffering: player.failure === null && stalled,
      failed: player.failure !== null,
      failure: player.failure,
      drift_ms: this.#driftSaid(look),
    };
    const keys = Object.keys(snapshot) as (keyof PlayerSnapshot)[];
    if (keys.every((key) => snapshot[key] === this.#snapshot[key])) return;
    this.#snapshot = snapshot;
    this.#options.onChange(snapshot);
  }

  #driftSaid({ drift_ms, pending, player }: Look): number | null {
    if (drift_ms === null) {
      this.#drifts = [];
      return pending || player.seeking ? null : this.#snapshot.drift_ms;
    }
    this.#drifts = [...this.#drifts, drift_ms].slice(-driftLooks);
    const now_ms = this.#options.runtime.now_ms();
    const said = this.#snapshot.drift_ms;
    if (said !== null && now_ms - this.#driftSaidAt_ms < driftSaid_ms) return said;
    this.#driftSaidAt_ms = now_ms;
    const sorted = [...this.#drifts].sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  }
}
