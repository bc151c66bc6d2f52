import type { Context } from "hono";
import { type Batch, batchSchema } from "../../../protocol/analytics/batch.ts";
import { batchLimits } from "../../../protocol/analytics/limits.ts";
import type { AppEnv } from "../../app.ts";
import { isDeeperThan } from "../../middleware/json-depth.ts";
import { ProblemError } from "../../problem.ts";
import { readAtMost } from "../../read-at-most.ts";

const { body_bytes_max, depth_max } = batchLimits;

/** A body as it came, which is what a signature is of. */
export async function readRawBody(c: Context<AppEnv>): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await readAtMost(c.req.raw.body, body_bytes_max);
  if (raw === undefined) throw tooLarge();
  return raw;
}

/**
 * The batch in a body. What is gzip says so by its first two bytes, as `sendBeacon` can set no
 * header; it is unpacked no further than a batch may be large, whatever is in it.
 * @throws ProblemError `body_too_large`, `invalid_json`, `body_too_deep`, `bad_request`
 */
export async function batchIn(raw: Uint8Array<ArrayBuffer>): Promise<Batch> {
  const text = textOf(isGzip(raw) ? await unpack(raw) : raw);
  if (isDeeperThan(text, depth_max))
    throw new ProblemError("body_too_deep", { detail: `at most ${depth_max} levels` });
  const parsed = batchSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new ProblemError("bad_request", {
    issues: parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => ({ path: path.join("."), message })),
  });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function unpack(raw: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
    const unpacked = await readAtMost(stream, body_bytes_max);
    if (unpacked === undefined) throw tooLarge();
    return unpacked;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("bad_request", { detail: "the body is not whole gzip" });
  }
}

function tooLarge(): ProblemError {
  return new ProblemError("body_too_large", {
    detail: `at most ${body_bytes_max} bytes, unpacked too`,
  });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new ProblemError("invalid_json", { detail: "the body is not UTF-8" });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError("invalid_json");
  }
}
