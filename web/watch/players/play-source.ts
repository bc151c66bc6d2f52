import { findSampleMedia } from "../../../protocol/watch/media.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import type { PlaySource } from "./source.ts";

/** What a player needs of a room's source; undefined for a clip that is shipped no longer. */
export function playSourceOf(source: Source): PlaySource | undefined {
  if (source.kind === "youtube") return source;
  if (source.kind === "file") return { ...source, subtitles: source.subtitles ?? [] };
  const media = findSampleMedia(source.id);
  if (media === undefined) return undefined;
  const { title, url, format, subtitles } = media;
  return { kind: "file", url, format, title, subtitles };
}
