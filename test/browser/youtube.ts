import type { BrowserContext } from "playwright-core";

/**
 * A stand-in for YouTube's embedded player: a page that answers the messages of the embed API as
 * that player does, slow seeks, coarse times and all, and shows its own clock instead of a film.
 * It obeys the origin that its address names and nobody else.
 */
const player = `<!doctype html><meta charset="utf-8"><title>Stand-in</title>
<style>body{margin:0;background:#123;color:#fff;font:2rem monospace;display:grid;place-items:center;height:100vh}</style>
<output>0.0</output>
<script>
const page = new URL(location.href), videoId = page.pathname.split("/").at(-1);
const owner = page.searchParams.get("origin");
const length_s = 60, told_ms = 250, seek_ms = 350, start_ms = 120;
const errors = { missing0000: 100, closedvideo: 150 };
let state = 5, from_s = 0, since_ms = 0, rate = 1, muted = false, volume = 100, wanted = 2, timer;
const now_s = () => Math.min(length_s, state === 1 ? from_s + rate * (performance.now() - since_ms) / 1000 : from_s);
const post = (event, info) => parent.postMessage(JSON.stringify({ event, info, id: 1, channel: "widget" }), owner);
const tell = (more) => post("infoDelivery", { currentTime: Math.round(now_s() * 1000) / 1000, ...more });
function become(next) {
  from_s = now_s(); since_ms = performance.now(); state = next;
  post("onStateChange", next); tell({ playerState: next });
}
function buffer(for_ms) {
  clearTimeout(timer);
  if (wanted === 1) become(3);
  timer = setTimeout(() => become(wanted), for_ms);
}
const commands = {
  playVideo() { wanted = 1; if (state !== 1) buffer(start_ms); },
  pauseVideo() { wanted = 2; clearTimeout(timer); become(2); },
  seekTo([to_s]) { from_s = Math.min(to_s, length_s); since_ms = performance.now(); buffer(seek_ms); },
  setPlaybackRate([next]) { from_s = now_s(); since_ms = performance.now(); rate = next; tell({ playbackRate: rate }); },
  mute() { muted = true; tell({ muted }); },
  unMute() { muted = false; tell({ muted }); },
  setVolume([next]) { volume = next; tell({ volume }); },
  addEventListener() {},
};
addEventListener("message", ({ data, origin, source }) => {
  if (origin !== owner || source !== parent) return;
  const { event, func, args } = JSON.parse(data);
  if (event === "command") return commands[func]?.(args);
  if (event !== "listening") return;
  post("onReady");
  if (errors[videoId]) return post("onError", errors[videoId]);
  post("initialDelivery", { duration: length_s, currentTime: from_s, playerState: state, muted, volume,
    playbackRate: rate, availablePlaybackRates: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
    videoData: { title: "A film about " + videoId } });
});
setInterval(() => {
  document.querySelector("output").textContent = now_s().toFixed(1);
  if (state === 1) tell();
  if (state === 1 && now_s() >= length_s) { wanted = 0; become(0); }
}, told_ms);
window.standIn = () => ({ position_ms: now_s() * 1000, playing: state === 1, rate, muted });
</script>`;

/** What the stand-in says of itself, without the coarseness of its messages. */
export interface StandInState {
  readonly position_ms: number;
  readonly playing: boolean;
  readonly rate: number;
  readonly muted: boolean;
}

/** Puts the stand-in where YouTube's player would be. @returns addresses that were asked for */
export async function standInForYoutube(context: BrowserContext): Promise<readonly string[]> {
  const asked: string[] = [];
  await context.route(/^https:\/\/([a-z-]+\.)*(youtube|youtube-nocookie|ytimg)\.com\//, (route) => {
    const address = route.request().url();
    asked.push(address);
    if (!address.startsWith("https://www.youtube-nocookie.com/embed/")) return route.abort();
    return route.fulfill({ contentType: "text/html", body: player });
  });
  return asked;
}
