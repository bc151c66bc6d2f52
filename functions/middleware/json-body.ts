import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app.ts";
import { ProblemError } from "../problem.ts";
import { readAtMost } from "../read-at-most.ts";
import { isDeeperThan } from "./json-depth.ts";

export interface JsonBodyLimits {
  /** Longest body, in bytes as they arrive. */
  readonly bytes_max?: number;
  /** Deepest nesting of arrays and objects. */
  readonly depth_max?: number;
}

const jsonMediaType = /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i;

/**
 * Reads a JSON body within limits before any schema sees it. Bytes are counted as they arrive,
 * whatever `Content-Length` claims, and reading stops at the limit.
 * Problems: `unsupported_media_type`, `body_too_large`, `invalid_json`, `body_too_deep`.
 * @example
 * createRoute({ ..., middleware: [jsonBody({ bytes_max: 1024 })], request: { body: body(schema) } })
 */
export function jsonBody({ bytes_max = 64 * 1024, depth_max = 32 }: JsonBodyLimits = {}) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!jsonMediaType.test(c.req.header("Content-Type") ?? ""))
      throw new ProblemError("unsupported_media_type");
    const bytes = await readAtMost(c.req.raw.body, bytes_max);
    if (bytes === undefined)
      throw new ProblemError("body_too_large", { detail: `at most ${bytes_max} bytes` });
    const text = textOf(bytes);
    if (isDeeperThan(text, depth_max))
      throw new ProblemError("body_too_deep", { detail: `at most ${depth_max} levels` });
    parseOrRefuse(text);
    // The body is read; the route's validator gets a request that has it anew.
    c.req.raw = new Request(c.req.raw, { body: bytes });
    await next();
  });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new ProblemError("invalid_json", { detail: "the body is not UTF-8" });
  }
}

function parseOrRefuse(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new ProblemError("invalid_json");
  }
}
