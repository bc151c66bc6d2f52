import type { PlayerFailure } from "./player.ts";

/** What is wrong with a video, and what to do about it. */
export const failureWords: Readonly<Record<PlayerFailure, string>> = {
  unreachable:
    "It did not load: the link may be wrong, its server may be away, or it may not let other sites show it.",
  unsupported:
    "This browser does not know its format. MP4 with H.264 and WebM play almost everywhere.",
  not_embeddable: "Its owner does not let other sites show it. Choose another video.",
  missing: "YouTube has no such video, or does not show it to everybody. Check the link.",
  endless:
    "It is a live stream, which has no beginning or end to keep people in step by. Choose a video that has a length.",
  player_missing:
    "The player did not start. Something in this browser, a blocker perhaps, holds it back: allow it for this site, then load the video again.",
};
