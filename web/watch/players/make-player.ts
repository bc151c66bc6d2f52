import { hlsFeed } from "./hls-feed.ts";
import type { MediaPlayer } from "./player.ts";
import type { PlaySource } from "./source.ts";
import { fileFeed, VideoPlayer } from "./video-player.ts";
import { YoutubePlayer } from "./youtube-player.ts";

/**
 * Puts the right player for a source into an element of the page.
 * @param host positioned; the player fills it, and is gone from it after `dispose`
 */
export function makePlayer(host: HTMLElement, source: PlaySource): MediaPlayer {
  if (source.kind === "youtube") return new YoutubePlayer(host, source);
  const feed = source.format === "hls" ? hlsFeed(source.url) : fileFeed(source.url);
  return new VideoPlayer(host, source, feed);
}
