import { z } from "zod";
import { subtitleSchema } from "./source.ts";

/** A clip that ships with the site. `url` is on the site's own origin, and can be sought in. */
export const mediaSchema = z
  .object({
    id: z.string().min(1).max(64),
    title: z.string(),
    url: z.string(),
    /** Files answer HTTP Range; a playlist and its pieces are fetched whole. */
    format: z.enum(["mp4", "webm", "hls"]),
    duration_ms: z.number().positive(),
    subtitles: z.array(subtitleSchema),
  })
  .meta({ id: "Media" });
export type Media = z.infer<typeof mediaSchema>;

/** What a room shows first when nobody says what. */
export const defaultSampleId = "timecode";

/** Clips that ship with the project, free to use by anybody. */
export const sampleMedia: readonly Media[] = [
  {
    id: "timecode",
    title: "Timecode, 60 seconds",
    url: "/media/timecode.mp4",
    format: "mp4",
    duration_ms: 60_000,
    subtitles: [],
  },
  {
    id: "orbit",
    title: "Orbit, 30 seconds with subtitles",
    url: "/media/orbit.mp4",
    format: "mp4",
    duration_ms: 30_000,
    subtitles: [
      { url: "/samples/orbit.en.vtt", lang: "en", label: "English" },
      { url: "/samples/orbit.de.vtt", lang: "de", label: "Deutsch" },
    ],
  },
  {
    id: "tides",
    title: "Tides, 24 seconds as a stream",
    url: "/samples/tides/index.m3u8",
    format: "hls",
    duration_ms: 24_000,
    subtitles: [],
  },
];

/** The sample with this id, if there is one. */
export function findSampleMedia(id: string): Media | undefined {
  return sampleMedia.find((media) => media.id === id);
}
