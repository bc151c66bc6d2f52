import { z } from "zod";
import type { PlayerFailure } from "./player.ts";

/**
 * The messages that an embedded YouTube player exchanges with the page around it, which are what
 * its embed API is made of. They are spoken here directly, as Google's own `amp-youtube` does:
 * YouTube's script would otherwise run in this page, next to its seats and sessions, and the content
 * security policy would have to let it. So only the frame is let in.
 */

/** The host that sets no cookie before somebody plays. */
export const youtubeOrigin = "https://www.youtube-nocookie.com";

/** What the player is doing (the embed API's `getPlayerState`). */
export const youtubeStates = {
  unstarted: -1,
  ended: 0,
  playing: 1,
  paused: 2,
  buffering: 3,
  cued: 5,
} as const;

const infoSchema = z.object({
  playerState: z.number().optional(),
  currentTime: z.number().nonnegative().optional(),
  duration: z.number().nonnegative().optional(),
  playbackRate: z.number().positive().optional(),
  availablePlaybackRates: z.array(z.number().positive()).max(32).optional(),
  muted: z.boolean().optional(),
  volume: z.number().min(0).max(100).optional(),
  videoData: z.object({ title: z.string().max(500).optional() }).optional(),
});
export type YoutubeInfo = z.infer<typeof infoSchema>;

const messageSchema = z.union([
  z.object({ event: z.enum(["initialDelivery", "infoDelivery"]), info: infoSchema }),
  z.object({
    event: z.enum(["onStateChange", "onError", "onPlaybackRateChange"]),
    info: z.number(),
  }),
  z.object({ event: z.enum(["onReady", "onAutoplayBlocked"]) }),
]);
export type YoutubeMessage = z.infer<typeof messageSchema>;

/** A message from the player; undefined when it is none, or of a kind that matters to nobody here. */
export function youtubeMessageOf(data: unknown): YoutubeMessage | undefined {
  if (typeof data !== "string" || !data.startsWith("{")) return undefined;
  try {
    return messageSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

/** Asks the player to tell what it does from now on. */
export const listening = JSON.stringify({ event: "listening", id: 1, channel: "widget" });

/** A call of the embed API's function of that name. */
export function youtubeCommand(func: string, args: readonly unknown[] = []): string {
  return JSON.stringify({ event: "command", func, args, id: 1, channel: "widget" });
}

/** @param pageOrigin of this page; the player answers to nobody else */
export function youtubeAddress(videoId: string, pageOrigin: string): string {
  const address = new URL(`/embed/${encodeURIComponent(videoId)}`, youtubeOrigin);
  const parameters = {
    enablejsapi: "1",
    origin: pageOrigin,
    // The controls are the room's, under the picture.
    controls: "0",
    disablekb: "1",
    fs: "0",
    iv_load_policy: "3",
    playsinline: "1",
    rel: "0",
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

/** What an `onError` number means. */
export function youtubeFailure(code: number): PlayerFailure {
  if (code === 101 || code === 150 || code === 153) return "not_embeddable";
  return code === 5 ? "unsupported" : "missing";
}
