import type { Anchor } from "../../protocol/watch/anchor.ts";
import { initialSync, type PlayerView, type SyncAction, type SyncState, syncStep } from "./sync.ts";

/** How often the player is looked at; while it lands, more often. A look sends nothing. */
const look_ms = 200;
const lookLanding_ms = 40;
/** How long a pause of this person's own stands before the room has said the same. */
const ownPause_ms_max = 1_500;
/** The drift shown to people is the middle of so many looks, said once in so long. */
const driftLooks = 5;
const driftSaid_ms = 1_000;

/** `HTMLMediaElement.readyState`: the length is known; the next frames are there. */
const haveMetadata = 1;
const haveFutureData = 3;

/** What the browser's autoplay policy lets us do: all, only without sound, or nothing. */
export type Autoplay = "allowed" | "muted" | "blocked";

export interface PlayerSnapshot {
  readonly position_ms: number;
  /** 0 until the media has told it. */
  readonly duration_ms: number;
  readonly muted: boolean;
  readonly autoplay: Autoplay;
  /** It should be moving and waits for data. */
  readonly buffering: boolean;
  /** The media cannot be played. */
  readonly failed: boolean;
  /** Ahead of the room; behind when negative; null while that cannot be told. */
  readonly drift_ms: number | null;
}

/** What the player follows. */
export interface Leader {
  anchor(): Anchor | null;
  serverNow_ms(): number | null;
}

export const initialPlayer: PlayerSnapshot = {
  position_ms: 0,
  duration_ms: 0,
  muted: false,
  autoplay: "allowed",
  buffering: false,
  failed: false,
  drift_ms: null,
};

const events = [
  "loadedmetadata",
  "canplay",
  "seeked",
  "playing",
  "waiting",
  "pause",
  "ended",
  "volumechange",
  "error",
] as const;

/** Makes one `<video>` do what `syncStep` says, and tells what people should see of it. */
export class Player {
  readonly #video: HTMLVideoElement;
  readonly #leader: Leader;
  readonly #changed: (snapshot: PlayerSnapshot) => void;
  readonly #listening = new AbortController();
  #snapshot = initialPlayer;
  #sync: SyncState = initialSync;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #autoplay: Autoplay = "allowed";
  #ownPause: { readonly seq: number; readonly until_ms: number } | null = null;
  #drifts: number[] = [];
  #driftSaidAt_ms = 0;

  constructor(
    video: HTMLVideoElement,
    leader: Leader,
    changed: (snapshot: PlayerSnapshot) => void,
  ) {
    this.#video = video;
    this.#leader = leader;
    this.#changed = changed;
    const { signal } = this.#listening;
    for (const event of events) video.addEventListener(event, () => this.look(), { signal });
    this.look();
  }

  stop(): void {
    this.#listening.abort();
    clearTimeout(this.#timer);
    this.#video.pause();
  }

  /** Looks at the player now: the room has spoken, or the player has changed. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#listening.signal.aborted) return;
    const drift_ms = this.#follow();
    this.#tell(drift_ms);
    this.#timer = setTimeout(() => this.look(), this.#sync.landing ? lookLanding_ms : look_ms);
  }

  /**
   * Stops at once, before the room has heard of it, so that nobody sees their pause run on.
   * @returns where it stopped, in whole milliseconds. Not finer, because everybody seeks there, and
   *   Chromium ignores a seek to exactly where it stands, though the frame shown may be the one before.
   */
  pauseNow(): number {
    const seq = this.#leader.anchor()?.seq ?? 0;
    this.#ownPause = { seq, until_ms: performance.now() + ownPause_ms_max };
    this.#video.pause();
    return Math.floor(this.#video.currentTime * 1000);
  }

  /** Called by a person's own tap, which lifts the browser's autoplay policy. */
  allowPlayback(): void {
    this.#video.muted = false;
    this.#autoplay = "allowed";
    this.#sync = { ...this.#sync, seq: null };
    // Playing has to begin inside the tap itself; the next look pauses again if the room is paused.
    this.#play();
    this.look();
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted;
    if (!muted && this.#autoplay === "muted") this.#autoplay = "allowed";
    this.look();
  }

  /** Loads the media again after it failed. */
  reload(): void {
    this.#sync = { ...this.#sync, seq: null, landing: null };
    this.#video.load();
    this.look();
  }

  #follow(): number | null {
    const anchor = this.#leader.anchor();
    const server_ms = this.#leader.serverNow_ms();
    const view = this.#view();
    if (anchor === null || server_ms === null || view === null) return null;
    if (this.#autoplay === "blocked" || this.#isOwnPause(anchor)) return null;
    const time = { server_ms, local_ms: performance.now() };
    const step = syncStep(this.#sync, anchor, view, time);
    this.#sync = step.state;
    for (const action of step.actions) this.#apply(action);
    return step.drift_ms;
  }

  #view(): PlayerView | null {
    const { readyState, duration, currentTime, paused, seeking, error } = this.#video;
    if (error !== null || readyState < haveMetadata || !Number.isFinite(duration)) return null;
    return {
      position_ms: currentTime * 1000,
      duration_ms: duration * 1000,
      paused,
      seeking,
      ready: readyState >= haveFutureData,
    };
  }

  #isOwnPause(anchor: Anchor): boolean {
    const own = this.#ownPause;
    if (own !== null && own.seq === anchor.seq && performance.now() < own.until_ms) return true;
    this.#ownPause = null;
    return false;
  }

  #apply(action: SyncAction): void {
    if (action.type === "pause") this.#video.pause();
    if (action.type === "seek") this.#video.currentTime = action.position_ms / 1000;
    if (action.type === "play") this.#play();
    if (action.type === "rate" && Math.abs(this.#video.playbackRate - action.rate) > 0.001)
      this.#video.playbackRate = action.rate;
  }

  #play(): void {
    this.#video.play().then(undefined, (error: unknown) => {
      // Any other failure is told by the element's events: a pause that came first, or bad media.
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#refused();
    });
  }

  /** The autoplay policy said no: without sound it may say yes, and otherwise a person must tap. */
  #refused(): void {
    const mutedAlready = this.#video.muted;
    this.#autoplay = mutedAlready ? "blocked" : "muted";
    this.#video.muted = true;
    this.look();
  }

  #tell(drift_ms: number | null): void {
    const { currentTime, duration, muted, error, paused, readyState } = this.#video;
    const snapshot: PlayerSnapshot = {
      position_ms: currentTime * 1000,
      duration_ms: Number.isFinite(duration) ? duration * 1000 : 0,
      muted,
      autoplay: this.#autoplay,
      buffering: error === null && !paused && readyState < haveFutureData && !this.#video.ended,
      failed: error !== null,
      drift_ms: this.#driftSaid(drift_ms),
    };
    const keys = Object.keys(snapshot) as (keyof PlayerSnapshot)[];
    if (keys.every((key) => snapshot[key] === this.#snapshot[key])) return;
    this.#snapshot = snapshot;
    this.#changed(snapshot);
  }

  #driftSaid(drift_ms: number | null): number | null {
    if (drift_ms === null) {
      this.#drifts = [];
      return this.#sync.landing || this.#video.seeking ? null : this.#snapshot.drift_ms;
    }
    this.#drifts = [...this.#drifts, drift_ms].slice(-driftLooks);
    const now_ms = performance.now();
    const said = this.#snapshot.drift_ms;
    if (said !== null && now_ms - this.#driftSaidAt_ms < driftSaid_ms) return said;
    this.#driftSaidAt_ms = now_ms;
    const sorted = [...this.#drifts].sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  }
}
