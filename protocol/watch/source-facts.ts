import { findSampleMedia } from "./media.ts";
import type { Source } from "./source.ts";

/** Length of a source in milliseconds, or undefined where nobody has said it. */
export function durationOf_ms(source: Source): number | undefined {
  return source.kind === "sample" ? findSampleMedia(source.id)?.duration_ms : source.duration_ms;
}

/** What a source is called; a clip that is shipped no longer goes by its id. */
export function titleOf(source: Source): string {
  return source.kind === "sample" ? (findSampleMedia(source.id)?.title ?? source.id) : source.title;
}
