import type { default as HlsPlayer } from "hls.js";
import type { PlayerFailure } from "./player.ts";
import type { MediaFeed } from "./video-player.ts";

/** What servers call an HLS playlist (RFC 8216, section 4). */
const playlistType = "application/vnd.apple.mpegurl";
/** A stream that broke off is taken up again so often; then a person is told. */
const recoveries_max = 2;

/**
 * HLS: by the browser itself where it knows how, else through hls.js, which is loaded only then.
 * A browser that says it knows and then does not is given hls.js after all.
 */
export function hlsFeed(url: string): MediaFeed {
  let stopped = false;
  let hls: HlsPlayer | undefined;
  let tell: (failure: PlayerFailure) => void = () => {};
  const leaveHls = () => {
    hls?.destroy();
    hls = undefined;
  };

  const byScript = async (video: HTMLVideoElement) => {
    const { default: Hls } = await import("hls.js");
    if (stopped) return;
    if (!Hls.isSupported()) return tell("unsupported");
    leaveHls();
    // A worker would come from a blob, which the content security policy refuses.
    hls = new Hls({ enableWorker: false, maxBufferLength: 30, backBufferLength: 60 });
    let recoveries = 0;
    hls.on(Hls.Events.ERROR, (_event, { fatal, type, response }) => {
      if (!fatal) return;
      const isMedia = type === Hls.ErrorTypes.MEDIA_ERROR;
      const isGone = response !== undefined && (response.code ?? 0) >= 400;
      if (isGone || recoveries >= recoveries_max) tell(isMedia ? "unsupported" : "unreachable");
      else if (isMedia) hls?.recoverMediaError();
      else hls?.startLoad();
      recoveries++;
    });
    hls.loadSource(url);
    hls.attachMedia(video);
  };
  const start = (video: HTMLVideoElement) => {
    if (video.canPlayType(playlistType) === "") return loadScript(video);
    video.addEventListener("error", () => stopped || loadScript(video), { once: true });
    video.src = url;
  };
  const loadScript = (video: HTMLVideoElement) => {
    video.removeAttribute("src");
    byScript(video).catch(() => tell("player_missing"));
  };

  return {
    attach: (video, failed) => {
      tell = (failure) => stopped || failed(failure);
      start(video);
    },
    reload: (video) => {
      leaveHls();
      start(video);
    },
    detach: () => {
      stopped = true;
      leaveHls();
    },
  };
}
