import { z } from "zod";
import { memberIdSchema } from "./member.ts";

/** Longest video a room can hold: a day, in milliseconds. */
export const position_ms_max = 24 * 60 * 60 * 1000;
export const rate_min = 0.25;
export const rate_max = 4;

/**
 * Where a video is, said once and true until the next command: at server time `anchorServer_ms` it
 * stood, or will stand, at `position_ms`, and while `playing` it advances by `rate` from then on.
 * Nobody needs to tick. A moment that lies ahead is a scheduled start: until then the video stands at
 * `position_ms`, and all begin together. `seq` counts; a higher one replaces a lower one, always.
 */
export const anchorSchema = z.object({
  /** Which item of the queue is shown. */
  itemId: z.string().min(1).max(32),
  position_ms: z.number().min(0).max(position_ms_max),
  anchorServer_ms: z.number().nonnegative(),
  rate: z.number().min(rate_min).max(rate_max),
  playing: z.boolean(),
  seq: z.number().int().nonnegative(),
  /**
   * Present while the ready gate is closed: the video stands, and will start by itself once these
   * members have said `ready`, or after 5 s.
   */
  waitingFor: z.array(memberIdSchema).max(200).optional(),
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

/**
 * How far ahead a start is scheduled, so that everybody has heard of it before it comes: once there
 * and half back of the slowest line, and time for a player to get going; never so long that it is felt.
 * (clamp(1.5 RTT + 200 ms), as Jellyfin SyncPlay and OpenWatchParty do.)
 * @param worstRtt_ms slowest round trip among those present, in milliseconds
 */
export function startLead_ms(worstRtt_ms: number): number {
  return Math.min(Math.max(1.5 * worstRtt_ms + 200, 400), 3_000);
}
