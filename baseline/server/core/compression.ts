import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/** Answers from this size on are compressed. */
export const threshold_bytes = 1_024;
const level = 6;

/** Compresses answers above 1 KB with brotli or gzip at level 6, as the client can read it. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (typeof payload !== "string" || Buffer.byteLength(payload) < threshold_bytes) return payload;
    const encoding = encodingFor(request.headers["accept-encoding"]);
    if (encoding === undefined) return payload;
    reply.header("content-encoding", encoding).header("vary", "accept-encoding");
    reply.removeHeader("content-length");
    if (encoding === "gzip") return gzipped(payload, { level });
    return brotlied(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: level } });
  });
}

/** The better of the two encodings among those a client accepts. */
export function encodingFor(accepted: string | string[] | undefined): "br" | "gzip" | undefined {
  const names = String(accepted ?? "")
    .split(",")
    .map((part) => part.trim().split(";"))
    .filter(([, quality]) => quality?.replaceAll(" ", "") !== "q=0")
    .map(([name]) => name?.trim());
  if (names.includes("br")) return "br";
  return names.includes("gzip") ? "gzip" : undefined;
}
