import { z } from "zod";

/** Longest video a room can hold: a day, in milliseconds. */
export const position_ms_max = 24 * 60 * 60 * 1000;

/**
 * Where a video is, said once and true until the next command: at server time `anchorServer_ms` it
 * stood at `position_ms`, and while `playing` it advances by `rate`. Nobody needs to tick.
 * `seq` counts commands; a higher one replaces a lower one, always.
 */
export const anchorSchema = z.object({
  mediaId: z.string().min(1).max(64),
  position_ms: z.number().min(0).max(position_ms_max),
  anchorServer_ms: z.number().nonnegative(),
  rate: z.number().min(0.25).max(4),
  playing: z.boolean(),
  seq: z.number().int().nonnegative(),
});
export type Anchor = z.infer<typeof anchorSchema>;

/**
 * Position of the video at a moment of server time.
 * @param anchor the room's last word
 * @param server_ms server time asked about, in milliseconds; a scheduled start may lie after it
 * @param duration_ms length of the media when known; the answer never goes past it
 * @returns milliseconds from the start of the media, never negative
 */
export function positionAt_ms(
  anchor: Anchor,
  server_ms: number,
  duration_ms: number = position_ms_max,
): number {
  const elapsed_ms = anchor.playing ? Math.max(0, server_ms - anchor.anchorServer_ms) : 0;
  return Math.min(Math.max(0, anchor.position_ms + elapsed_ms * anchor.rate), duration_ms);
}
