import { z } from "zod";
import { lineOf } from "../text.ts";

/** Longest video a room can hold: a day, in milliseconds. */
const duration_ms_max = 24 * 60 * 60 * 1000;
export const subtitles_max = 5;
/** A source has to fit into a room token beside its other claims. */
export const source_bytes_max = 1_800;

/**
 * Address of something that browsers fetch and the server never does: `https` anywhere, or a path on
 * the site's own origin. Credentials in it would be shown to everybody in the room.
 */
export const mediaUrlSchema = z
  .string()
  .min(1)
  .max(1_000)
  .refine(isFetchable, "must be an https:// address or a path on this site");

function isFetchable(address: string): boolean {
  if (/[\s\\\p{Cc}]/u.test(address)) return false;
  if (address.startsWith("/")) return !address.startsWith("//");
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return protocol === "https:" && username === "" && password === "";
}

/** A WebVTT file for one language, which each viewer may choose. */
export const subtitleSchema = z.object({
  url: mediaUrlSchema,
  /** BCP 47 language tag. */
  lang: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/),
  label: lineOf(40),
});
export type Subtitle = z.infer<typeof subtitleSchema>;

const duration_ms = z.number().positive().max(duration_ms_max);
const title = lineOf(120);

/** Something a room can show. */
export const sourceSchema = z
  .discriminatedUnion("kind", [
    /** A clip that ships with the site, by its id; see `media.ts`. */
    z.object({ kind: z.literal("sample"), id: z.string().min(1).max(64) }),
    z.object({
      kind: z.literal("file"),
      url: mediaUrlSchema,
      format: z.enum(["mp4", "webm", "hls"]),
      title,
      /** As the browser that added it read it; unknown for a live stream. */
      duration_ms: duration_ms.optional(),
      subtitles: z.array(subtitleSchema).max(subtitles_max).optional(),
    }),
    z.object({
      kind: z.literal("youtube"),
      videoId: z.string().regex(/^[A-Za-z0-9_-]{11}$/),
      title,
      duration_ms: duration_ms.optional(),
    }),
  ])
  .refine(fitsToken, `must take ${source_bytes_max} bytes at most`)
  .meta({ id: "WatchSource" });
export type Source = z.infer<typeof sourceSchema>;

function fitsToken(source: object): boolean {
  return new TextEncoder().encode(JSON.stringify(source)).byteLength <= source_bytes_max;
}
