import {
  type CoarseClock,
  changedMotion,
  coarsePosition_ms,
  stillClock,
  toldPosition,
} from "./coarse-clock.ts";
import { Listeners } from "./listeners.ts";
import { type MediaPlayer, type PlayerFailure, type PlayerState, PlayRefused } from "./player.ts";
import {
  listening,
  type YoutubeInfo,
  type YoutubeMessage,
  youtubeAddress,
  youtubeCommand,
  youtubeFailure,
  youtubeMessageOf,
  youtubeOrigin,
  youtubeStates,
} from "./youtube-messages.ts";

const ask_ms = 250;
/** A frame that has said nothing for so long was held back. */
const silence_ms_max = 15_000;
/** A player that was told to play and has not moved for so long waits for a tap. */
const start_ms_max = 3_000;
/** A seek counts as landed within this of where it was to go, or after so long. */
const landed_ms = 1_500;
const seek_ms_max = 8_000;
/**
 * YouTube may tell a video's length only once it plays. Until then it counts as a day long, so that
 * it can be played at all.
 */
export const unknownLength_ms = 24 * 60 * 60 * 1000;

/** A YouTube video in its own frame. */
export class YoutubePlayer implements MediaPlayer {
  readonly #frame: HTMLIFrameElement;
  readonly #address: string;
  readonly #listeners = new Listeners();
  readonly #listening = new AbortController();
  #asking: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #loaded = false;
  #heard = false;
  #clock: CoarseClock = stillClock;
  #playerState: number = youtubeStates.unstarted;
  #info: YoutubeInfo = {};
  #failure: PlayerFailure | null = null;
  #seek: { readonly to_ms: number; readonly until_ms: number } | null = null;
  #starting: { readonly done: () => void; readonly refused: () => void } | null = null;

  constructor(host: HTMLElement, { videoId, title }: { videoId: string; title: string }) {
    this.#address = youtubeAddress(videoId, window.location.origin);
    this.#frame = frameOf(host.ownerDocument, title);
    const { signal } = this.#listening;
    window.addEventListener("message", (event) => this.#received(event), { signal });
    // Before its page has come the frame belongs to nobody who could be asked.
    this.#frame.addEventListener("load", () => this.#beginAsking(), { signal });
    this.reload();
    host.append(this.#frame);
  }

  readonly subscribe = this.#listeners.subscribe;

  get traits() {
    const rates = this.#info.availablePlaybackRates ?? [1];
    return { rates, position_ms_error: 100, subtitles: false };
  }

  title(): string | undefined {
    return this.#info.videoData?.title;
  }

  state(): PlayerState {
    const local_ms = performance.now();
    const position_ms = coarsePosition_ms(this.#clock, local_ms);
    const { playing, buffering, ended } = youtubeStates;
    const moving = this.#playerState === playing || this.#playerState === buffering;
    return {
      position_ms,
      duration_ms: this.#duration_ms(),
      paused: !moving,
      seeking: this.#isSeeking(position_ms, local_ms),
      ready: this.#heard && this.#playerState !== buffering,
      ended: this.#playerState === ended,
      rate: this.#clock.rate,
      muted: this.#info.muted ?? false,
      volume: (this.#info.volume ?? 100) / 100,
      failure: this.#failure,
    };
  }

  play(): Promise<void> {
    this.#starting?.done();
    this.#tell("playVideo");
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => () => {
        clearTimeout(timer);
        this.#starting = null;
        end();
      };
      const refused = settle(() => reject(new PlayRefused()));
      // A frame that has not answered yet is slow, not unwilling.
      const timer = setTimeout(() => (this.#heard ? refused() : resolve()), start_ms_max);
      this.#starting = { done: settle(resolve), refused };
    });
  }

  pause(): void {
    this.#starting?.done();
    this.#tell("pauseVideo");
  }

  seek(position_ms: number): void {
    this.#seek = { to_ms: position_ms, until_ms: performance.now() + seek_ms_max };
    this.#tell("seekTo", position_ms / 1000, true);
  }

  setRate(rate: number): void {
    const nearest = nearestOf(this.traits.rates, rate);
    if (nearest !== this.#clock.rate) this.#tell("setPlaybackRate", nearest);
  }

  setMuted(muted: boolean): void {
    this.#info = { ...this.#info, muted };
    this.#tell(muted ? "mute" : "unMute");
    this.#listeners.tell();
  }

  setVolume(volume: number): void {
    const percent = Math.round(Math.min(Math.max(0, volume), 1) * 100);
    this.#info = { ...this.#info, volume: percent };
    this.#tell("setVolume", percent);
    this.#listeners.tell();
  }

  /** YouTube's own captions follow the viewer's own settings there. */
  showSubtitles(): void {}

  reload(): void {
    this.#failure = null;
    this.#heard = false;
    this.#loaded = false;
    this.#frame.src = this.#address;
    clearInterval(this.#asking);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#missing(), silence_ms_max);
    this.#listeners.tell();
  }

  dispose(): void {
    this.#listening.abort();
    clearInterval(this.#asking);
    clearTimeout(this.#silence);
    this.#starting?.done();
    this.#listeners.clear();
    this.#frame.remove();
  }

  #beginAsking(): void {
    this.#loaded = true;
    clearInterval(this.#asking);
    if (this.#heard || this.#failure !== null) return;
    this.#post(listening);
    this.#asking = setInterval(() => this.#post(listening), ask_ms);
  }

  #missing(): void {
    clearInterval(this.#asking);
    this.#failure = "player_missing";
    this.#listeners.tell();
  }

  #received(event: MessageEvent<unknown>): void {
    if (event.origin !== youtubeOrigin || event.source !== this.#frame.contentWindow) return;
    const message = youtubeMessageOf(event.data);
    if (message === undefined) return;
    if (!this.#heard) this.#met();
    this.#take(message);
    this.#listeners.tell();
  }

  /** The player answers: it is asked for the events that it tells only on request. */
  #met(): void {
    this.#heard = true;
    clearInterval(this.#asking);
    clearTimeout(this.#silence);
    for (const event of ["onStateChange", "onError", "onAutoplayBlocked"])
      this.#tell("addEventListener", event);
  }

  #take(message: YoutubeMessage): void {
    if (message.event === "onError") this.#failure = youtubeFailure(message.info);
    if (message.event === "onStateChange") this.#changedState(message.info);
    if (message.event === "onAutoplayBlocked") this.#starting?.refused();
    if (message.event === "initialDelivery" || message.event === "infoDelivery")
      this.#learn(message.info);
  }

  #learn(info: YoutubeInfo): void {
    const local_ms = performance.now();
    this.#info = { ...this.#info, ...info };
    if (info.playbackRate !== undefined)
      this.#clock = changedMotion(
        this.#clock,
        { moving: this.#clock.moving, rate: info.playbackRate },
        local_ms,
      );
    if (info.playerState !== undefined) this.#changedState(info.playerState);
    if (info.currentTime !== undefined)
      this.#clock = toldPosition(this.#clock, info.currentTime * 1000, local_ms);
  }

  #changedState(playerState: number): void {
    this.#playerState = playerState;
    const moving = playerState === youtubeStates.playing;
    this.#clock = changedMotion(this.#clock, { moving, rate: this.#clock.rate }, performance.now());
    if (moving) this.#starting?.done();
  }

  #duration_ms(): number {
    if (!this.#heard) return 0;
    return (this.#info.duration ?? 0) * 1000 || unknownLength_ms;
  }

  #isSeeking(position_ms: number, local_ms: number): boolean {
    if (this.#seek === null) return false;
    const { to_ms, until_ms } = this.#seek;
    const landed =
      this.#playerState !== youtubeStates.buffering && Math.abs(position_ms - to_ms) < landed_ms;
    if (landed || local_ms > until_ms) this.#seek = null;
    return this.#seek !== null;
  }

  #tell(func: string, ...args: readonly unknown[]): void {
    this.#post(youtubeCommand(func, args));
  }

  #post(message: string): void {
    if (this.#loaded) this.#frame.contentWindow?.postMessage(message, youtubeOrigin);
  }
}

/** The step nearest to a speed that was asked for. */
export function nearestOf(rates: readonly number[], wanted: number): number {
  return rates.reduce(
    (best, rate) => (Math.abs(rate - wanted) < Math.abs(best - wanted) ? rate : best),
    rates[0] ?? 1,
  );
}

function frameOf(document: Document, title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.className = "absolute inset-0 size-full border-0";
  frame.allow = "autoplay; encrypted-media";
  // YouTube refuses a page that does not say where it is (error 153); it is told the origin alone.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  return frame;
}
