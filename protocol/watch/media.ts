import { z } from "zod";

/** A video that a room can show. `url` is same-origin and answers HTTP Range requests. */
export const mediaSchema = z
  .object({
    id: z.string().min(1).max(64),
    title: z.string(),
    url: z.string(),
    duration_ms: z.number().positive(),
  })
  .meta({ id: "Media" });
export type Media = z.infer<typeof mediaSchema>;

/** Clips that ship with the project, free to use by anybody. */
export const sampleMedia: readonly Media[] = [
  {
    id: "timecode",
    title: "Timecode, 60 seconds",
    url: "/media/timecode.mp4",
    duration_ms: 60_000,
  },
];

/** The sample with this id, if there is one. */
export function findSampleMedia(id: string): Media | undefined {
  return sampleMedia.find((media) => media.id === id);
}
