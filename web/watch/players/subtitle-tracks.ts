import type { SubtitleSource } from "./source.ts";

/** An hour of dialogue is a tenth of this. */
const body_bytes_max = 2 * 1024 * 1024;
const answer_ms_max = 15_000;

/**
 * The subtitles of one `<video>`, each fetched when somebody first wants it. A file of another site
 * comes through `fetch` and a blob, because as a `<track>` it would oblige the video itself to be
 * served with CORS too.
 */
export class SubtitleTracks {
  readonly #video: HTMLVideoElement;
  readonly #tracks: readonly HTMLTrackElement[];
  readonly #sources: readonly SubtitleSource[];
  readonly #stopped = new AbortController();
  readonly #blobs: string[] = [];
  #shown: number | null = null;

  constructor(video: HTMLVideoElement, sources: readonly SubtitleSource[]) {
    this.#video = video;
    this.#sources = sources;
    this.#tracks = sources.map(({ lang, label }) => {
      const track = video.ownerDocument.createElement("track");
      track.kind = "subtitles";
      track.srclang = lang;
      track.label = label;
      video.append(track);
      return track;
    });
  }

  /** @param index into the sources; null shows none */
  show(index: number | null): void {
    this.#shown = index;
    this.#tracks.forEach((element, at) => {
      element.track.mode = at === index ? "showing" : "disabled";
    });
    const track = index === null ? undefined : this.#tracks[index];
    const source = index === null ? undefined : this.#sources[index];
    if (track === undefined || source === undefined || track.src !== "") return;
    this.#load(track, source).catch(() => {
      // They stay away; the video goes on, and choosing them again tries again.
      if (this.#tracks[this.#shown ?? -1] === track) this.show(null);
    });
  }

  dispose(): void {
    this.#stopped.abort();
    for (const track of this.#tracks) track.remove();
    for (const blob of this.#blobs) URL.revokeObjectURL(blob);
  }

  async #load(track: HTMLTrackElement, { url }: SubtitleSource): Promise<void> {
    const address = new URL(url, this.#video.baseURI);
    track.src =
      address.origin === window.location.origin ? address.href : await this.#blobOf(address);
  }

  async #blobOf(address: URL): Promise<string> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(answer_ms_max)]);
    const response = await fetch(address, { signal, credentials: "omit" });
    if (!response.ok) throw new Error(`the subtitles answered ${response.status}`);
    const text = await response.blob();
    if (text.size > body_bytes_max) throw new Error("the subtitles are too long");
    const blob = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
    this.#blobs.push(blob);
    return blob;
  }
}
