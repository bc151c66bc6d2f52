/**
 * What any player of the room can do: a `<video>`, an HLS stream, an embedded player of another
 * site. Whoever drives one never learns which it is. Positions and lengths are in milliseconds.
 */
export interface MediaPlayer {
  /** Read afresh at every call: a position is true only now. */
  state(): PlayerState;
  /** What its site calls the media, once it has said so. */
  title(): string | undefined;
  readonly traits: PlayerTraits;
  /**
   * Begins to play.
   * @throws PlayRefused when the browser's autoplay policy asks for a tap first; nothing else, since
   *   every other failure is told by `state().failure`
   */
  play(): Promise<void>;
  pause(): void;
  seek(position_ms: number): void;
  /** @param rate 1 is the media's own speed; a player takes the nearest it knows */
  setRate(rate: number): void;
  setMuted(muted: boolean): void;
  /** @param volume from 0 to 1; a device that leaves its volume to its own keys ignores it */
  setVolume(volume: number): void;
  /** @param index into the source's subtitles; null shows none */
  showSubtitles(index: number | null): void;
  /** Loads the media again after it failed. */
  reload(): void;
  /** Calls back whenever anything but the passing of time has changed. */
  subscribe(listener: () => void): () => void;
  /** Stops, and takes everything it made out of the page. */
  dispose(): void;
}

export interface PlayerState {
  readonly position_ms: number;
  /** 0 until the media has told it. */
  readonly duration_ms: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  /** The next frames are there: it can go on at once. */
  readonly ready: boolean;
  readonly ended: boolean;
  readonly rate: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly failure: PlayerFailure | null;
}

/** What a player is by nature, which those who keep it in step have to know. */
export interface PlayerTraits {
  /**
   * The speeds it can play at, or null when any will do. A player with steps cannot be brought back
   * in step by a slightly different speed, only by a jump.
   */
  readonly rates: readonly number[] | null;
  /** How far its position may be from the truth, in milliseconds. */
  readonly position_ms_error: number;
  /** Of `showSubtitles`; an embedded player keeps its own. */
  readonly subtitles: boolean;
}

/** Why a player cannot show its media; the page says it in words. */
export type PlayerFailure =
  /** It did not arrive: the address is wrong, its server is away, or it forbids other sites. */
  | "unreachable"
  /** It arrived, and this browser does not know how to play it. */
  | "unsupported"
  /** Its owner does not let other sites show it. */
  | "not_embeddable"
  /** Its site says there is no such video, or not for everybody. */
  | "missing"
  /** It is live: without a length there is no place in it that could be everybody's. */
  | "endless"
  /** The player itself did not start: its script or frame was held back. */
  | "player_missing";

/** The browser lets nothing play, or nothing with sound, before somebody has tapped. */
export class PlayRefused extends Error {
  override readonly name = "PlayRefused";

  constructor() {
    super("the browser asks for a tap before it plays this");
  }
}
