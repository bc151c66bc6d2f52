import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { BrowserContext, Request } from "playwright-core";

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
    return route.fulfill(pieceOf(film, request, headers));
  });
}

/** So much of a clip arrives at once on a line that then stops: its first seconds. */
const arrived_bytes = 256 * 1024;

/**
 * The clip "Timecode" over a line that stops after its first seconds.
 * @returns lets the rest through
 */
export async function holdBackClip(context: BrowserContext): Promise<() => void> {
  const film = await readFile(clip);
  const { promise: released, resolve: letGo } = Promise.withResolvers<void>();
  let free = false;
  await context.route("**/media/timecode.mp4", async (route) => {
    const request = route.request();
    const from = rangeOf(request, film).from;
    if (from >= arrived_bytes) await released;
    const headers = { "accept-ranges": "bytes" };
    // The page may be gone by now.
    const piece = pieceOf(film, request, headers, free ? film.length : arrived_bytes);
    await route.fulfill(piece).catch(() => {});
  });
  return () => {
    free = true;
    letGo();
  };
}

function rangeOf(request: Request, film: Buffer): { readonly from: number; readonly to: number } {
  const [, first = "0", last = ""] = /bytes=(\d+)-(\d*)/.exec(request.headers().range ?? "") ?? [];
  const to = last === "" ? film.length - 1 : Math.min(Number(last), film.length - 1);
  return { from: Number(first), to };
}

/** The answer to a request for a range of a film (RFC 9110, section 14); a server may send less. */
function pieceOf(
  film: Buffer,
  request: Request,
  headers: Readonly<Record<string, string>>,
  end = film.length,
) {
  const { from, to } = rangeOf(request, film);
  const last = from < end ? Math.min(to, end - 1) : to;
  const range = `bytes ${from}-${last}/${film.length}`;
  return {
    status: 206,
    headers: { ...headers, "content-range": range },
    contentType: "video/mp4",
    body: film.subarray(from, last + 1),
  };
}
