import { type Anchor, position_ms_max, positionAt_ms } from "../../protocol/watch/anchor.ts";
import { findSampleMedia } from "../../protocol/watch/media.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import type { WatchState } from "./types.ts";

/** A message that moves the video. */
export type WatchCommand = Extract<WatchUp, { seq: number }>;

/**
 * The room's word on the video: that of the last command, or else the beginning of the media that
 * the longest-seated socket came for. Null in a room that is empty and was never used.
 */
export function anchorOf(state: WatchState): Anchor | null {
  if (state.commanded !== null) return state.commanded;
  const [first] = state.seats.values();
  if (first === undefined) return null;
  const { mediaId } = first;
  return { mediaId, position_ms: 0, anchorServer_ms: 0, rate: 1, playing: false, seq: 0 };
}

/** Length of a media in milliseconds: its own where it is known, else the longest one allowed. */
export function durationOf_ms(mediaId: string): number {
  return Math.min(findSampleMedia(mediaId)?.duration_ms ?? position_ms_max, position_ms_max);
}

/** Where the video stands at a moment of server time, within the media. */
export function positionNow_ms(anchor: Anchor, now_ms: number): number {
  return positionAt_ms(anchor, now_ms, durationOf_ms(anchor.mediaId));
}

/** The anchor that an accepted command makes: true from now on, and one higher in `seq`. */
export function commandedAnchor(anchor: Anchor, command: WatchCommand, now_ms: number): Anchor {
  return {
    ...anchor,
    position_ms: targetPosition_ms(anchor, command, now_ms),
    anchorServer_ms: now_ms,
    playing: command.type === "seek" ? anchor.playing : command.type === "play",
    seq: anchor.seq + 1,
  };
}

function targetPosition_ms(anchor: Anchor, command: WatchCommand, now_ms: number): number {
  const duration_ms = durationOf_ms(anchor.mediaId);
  if (command.position_ms !== undefined) return Math.min(command.position_ms, duration_ms);
  const position_ms = positionNow_ms(anchor, now_ms);
  // Play at the end starts over, as a video element does.
  return command.type === "play" && position_ms >= duration_ms ? 0 : position_ms;
}
