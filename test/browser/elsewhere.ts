import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { BrowserContext } from "playwright-core";

const clip = resolve(import.meta.dirname, "../../web/public/media/timecode.mp4");
const subtitles = "WEBVTT\n\n00:00.000 --> 01:00.000\nSomebody speaks\n";

/**
 * Puts a site where films lie: `film.mp4` in ranges, `film.vtt`, `broken.mp4` which is none, and
 * nothing else.
 */
export async function standInForFilms(context: BrowserContext): Promise<void> {
  const film = await readFile(clip);
  await context.route("https://films.example/**", (route) => {
    const request = route.request();
    const name = new URL(request.url()).pathname;
    const headers = { "access-control-allow-origin": "*", "accept-ranges": "bytes" };
    if (name === "/film.vtt")
      return route.fulfill({ headers, contentType: "text/vtt", body: subtitles });
    if (name === "/broken.mp4")
      return route.fulfill({ headers, contentType: "video/mp4", body: "no film at all" });
    if (name !== "/film.mp4") return route.fulfill({ headers, status: 404, body: "" });
    const [, first = "0", last = ""] =
      /bytes=(\d+)-(\d*)/.exec(request.headers().range ?? "") ?? [];
    const from = Number(first);
    const to = last === "" ? film.length - 1 : Math.min(Number(last), film.length - 1);
    const range = `bytes ${from}-${to}/${film.length}`;
    return route.fulfill({
      status: 206,
      headers: { ...headers, "content-range": range },
      contentType: "video/mp4",
      body: film.subarray(from, to + 1),
    });
  });
}
