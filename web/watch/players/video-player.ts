import { Listeners } from "./listeners.ts";
import { type MediaPlayer, type PlayerFailure, type PlayerState, PlayRefused } from "./player.ts";
import type { SubtitleSource } from "./source.ts";
import { SubtitleTracks } from "./subtitle-tracks.ts";

/** `HTMLMediaElement.readyState`: the length is known; the next frames are there. */
const haveMetadata = 1;
const haveFutureData = 3;

const events = [
  "loadedmetadata",
  "durationchange",
  "canplay",
  "seeking",
  "seeked",
  "playing",
  "waiting",
  "pause",
  "ended",
  "volumechange",
  "ratechange",
  "emptied",
  "error",
] as const;

/** How the bytes get into a `<video>`. */
export interface MediaFeed {
  /** @param failed to be called when the media cannot be had; the element's own errors come besides */
  attach(video: HTMLVideoElement, failed: (failure: PlayerFailure) => void): void;
  reload(video: HTMLVideoElement): void;
  detach(): void;
}

/** A `<video>` of this page, whatever feeds it. */
export class VideoPlayer implements MediaPlayer {
  readonly traits = { rates: null, position_ms_error: 0, subtitles: true };
  readonly #video: HTMLVideoElement;
  readonly #feed: MediaFeed;
  readonly #tracks: SubtitleTracks;
  readonly #listeners = new Listeners();
  readonly #listening = new AbortController();
  #failure: PlayerFailure | null = null;

  constructor(
    host: HTMLElement,
    { title, subtitles }: { title: string; subtitles: readonly SubtitleSource[] },
    feed: MediaFeed,
  ) {
    this.#video = videoOf(host.ownerDocument, title);
    this.#feed = feed;
    const { signal } = this.#listening;
    for (const event of events)
      this.#video.addEventListener(event, () => this.#listeners.tell(), { signal });
    host.append(this.#video);
    this.#tracks = new SubtitleTracks(this.#video, subtitles);
    this.#attach();
  }

  readonly subscribe = this.#listeners.subscribe;

  state(): PlayerState {
    const { readyState, duration, currentTime, ...rest } = snapshotOf(this.#video);
    const isLive = readyState >= haveMetadata && duration === Number.POSITIVE_INFINITY;
    return {
      position_ms: currentTime * 1000,
      duration_ms: readyState >= haveMetadata && Number.isFinite(duration) ? duration * 1000 : 0,
      ready: readyState >= haveFutureData,
      failure: this.#failure ?? failureOf(this.#video.error) ?? (isLive ? "endless" : null),
      ...rest,
    };
  }

  title(): undefined {}

  async play(): Promise<void> {
    try {
      await this.#video.play();
    } catch (error) {
      // Any other failure is told by the element's events: a pause that came first, or bad media.
      if (error instanceof DOMException && error.name === "NotAllowedError")
        throw new PlayRefused();
    }
  }

  pause(): void {
    this.#video.pause();
  }

  seek(position_ms: number): void {
    this.#video.currentTime = position_ms / 1000;
  }

  setRate(rate: number): void {
    if (Math.abs(this.#video.playbackRate - rate) > 0.001) this.#video.playbackRate = rate;
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted;
  }

  setVolume(volume: number): void {
    this.#video.volume = Math.min(Math.max(0, volume), 1);
  }

  showSubtitles(index: number | null): void {
    this.#tracks.show(index);
  }

  reload(): void {
    this.#failure = null;
    this.#feed.reload(this.#video);
    this.#listeners.tell();
  }

  dispose(): void {
    this.#listening.abort();
    this.#listeners.clear();
    this.#tracks.dispose();
    this.#feed.detach();
    this.#video.pause();
    this.#video.removeAttribute("src");
    // Without this the browser goes on holding the connection and the decoder.
    this.#video.load();
    this.#video.remove();
  }

  #attach(): void {
    this.#feed.attach(this.#video, (failure) => {
      this.#failure = failure;
      this.#listeners.tell();
    });
  }
}

/** An address that the browser plays by itself. */
export function fileFeed(url: string): MediaFeed {
  return {
    attach: (video) => {
      video.src = url;
    },
    reload: (video) => video.load(),
    detach: () => {},
  };
}

function videoOf(document: Document, title: string): HTMLVideoElement {
  const video = document.createElement("video");
  video.className = "absolute inset-0 size-full object-contain";
  video.preload = "auto";
  video.playsInline = true;
  // The pitch of voices stays as it is while a drift is caught up with.
  video.preservesPitch = true;
  video.setAttribute("aria-label", title);
  return video;
}

function snapshotOf(video: HTMLVideoElement) {
  const { readyState, duration, currentTime, paused, seeking, ended, muted, volume } = video;
  const rate = video.playbackRate;
  return { readyState, duration, currentTime, paused, seeking, ended, rate, muted, volume };
}

/** What `MediaError` means. Code 4 is both "not found" and "no such format"; its text may tell. */
export function failureOf(
  error: { readonly code: number; readonly message: string } | null,
): PlayerFailure | null {
  if (error === null) return null;
  const aborted = 1;
  const network = 2;
  const decode = 3;
  if (error.code === aborted || error.code === network) return "unreachable";
  if (error.code === decode) return "unsupported";
  return /demuxer|decoder|format error|codec/i.test(error.message) ? "unsupported" : "unreachable";
}
