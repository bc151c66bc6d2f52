/** A line of subtitles that comes with a video. `url` answers WebVTT. */
export interface SubtitleSource {
  readonly url: string;
  /** BCP 47, as in `en` or `pt-BR`. */
  readonly lang: string;
  readonly label: string;
}

/** What a player needs to know of a video; where it came from is no matter. */
export type PlaySource =
  | {
      readonly kind: "file";
      readonly url: string;
      readonly format: "mp4" | "webm" | "hls";
      readonly title: string;
      readonly subtitles: readonly SubtitleSource[];
    }
  | { readonly kind: "youtube"; readonly videoId: string; readonly title: string };
