import { sampleMedia } from "../../protocol/watch/media.ts";
import { createModule } from "../app.ts";
import { hexOf } from "../digest.ts";
import type { AssetsBinding } from "../env.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { ProblemError } from "../problem.ts";
import { readAtMost } from "../read-at-most.ts";
import { rangeOf } from "./range.ts";

/**
 * Largest file served here. A file is held in memory while its answer is made, because the static
 * file server knows no ranges; anything larger belongs into object storage, which does.
 */
const file_bytes_max = 4 * 1024 * 1024;
const cacheControl = "public, max-age=3600";

/** The only paths there are. */
const paths: ReadonlySet<string> = new Set(sampleMedia.map(({ url }) => url));

/** The sample clips with HTTP Range, which players need to seek. */
export const mediaRoutes = createModule();

mediaRoutes.get("/media/:file", rateLimit("media"), async (c) => {
  const { path } = c.req;
  if (!paths.has(path)) throw new ProblemError("not_found");
  const file = await readFile(c.var.services.assets, new URL(path, c.req.url));
  const headers = {
    "Accept-Ranges": "bytes",
    "Cache-Control": cacheControl,
    "Content-Type": file.type,
    ETag: file.etag,
  };
  if (matches(c.req.header("If-None-Match"), file.etag))
    return new Response(null, { status: 304, headers });
  const range = wantedRange(c.req.raw, file);
  const { length: size } = file.bytes;
  if (range === "unsatisfiable")
    throw new ProblemError("range_not_satisfiable", {
      headers: { "Accept-Ranges": "bytes", "Content-Range": `bytes */${size}` },
    });
  if (range === "whole")
    return new Response(file.bytes, { headers: { ...headers, "Content-Length": String(size) } });
  return new Response(file.bytes.subarray(range.first, range.last + 1), {
    status: 206,
    headers: {
      ...headers,
      "Content-Length": String(range.last - range.first + 1),
      "Content-Range": `bytes ${range.first}-${range.last}/${size}`,
    },
  });
});

interface MediaFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** A strong validator: the file comes unencoded, so that its bytes are always these. */
  readonly etag: string;
}

async function readFile(assets: AssetsBinding, url: URL): Promise<MediaFile> {
  const response = await assets.fetch(new Request(url));
  const type = response.headers.get("Content-Type") ?? "";
  // A missing file is answered with the site's page, which is HTML.
  if (!response.ok || !/^(video|audio)\//.test(type)) throw new ProblemError("not_found");
  const bytes = await readAtMost(response.body, file_bytes_max);
  if (bytes === undefined) throw new RangeError(`a media file has over ${file_bytes_max} bytes`);
  const etag = response.headers.get("ETag")?.replace(/^W\//, "") ?? (await digestOf(bytes));
  return { bytes, type, etag };
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `"${hexOf(digest).slice(0, 32)}"`;
}

/**
 * The range to send. `Range` is defined for GET alone, and counts only while the file is still the
 * one the client has a part of (`If-Range`; a date there never matches, since files carry none).
 */
function wantedRange(request: Request, file: MediaFile) {
  if (request.method !== "GET") return "whole";
  const condition = request.headers.get("If-Range");
  if (condition !== null && condition.trim() !== file.etag) return "whole";
  return rangeOf(request.headers.get("Range") ?? undefined, file.bytes.length);
}

/** Whether an `If-None-Match` list names this validator; weak comparison, as RFC 9110 has it. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
