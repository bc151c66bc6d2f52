import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis, type RedisConfigNodejs } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { EngineKind } from "../../local/redis/engine.ts";
import { findOnPath } from "../../local/redis/path.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";

/** The engines that can be had on this machine. */
export const engines: readonly EngineKind[] = (await findOnPath("redis-server"))
  ? ["redis-server", "js-redis-server"]
  : ["js-redis-server"];

if (engines.length === 1) {
  console.warn("redis-server is not on PATH: the Redis contract ran on js-redis-server only");
}

export const token = "a token with spaces & signs";

/** A gateway that runs for the length of one `describe`, empty before each of its tests. */
export interface Gateway {
  readonly engine: EngineKind;
  info(): RedisInfo;
  /** The official client. Without its own retries, so that an error is seen at once. */
  client(options?: Partial<RedisConfigNodejs>): Redis;
  /** A raw request, with the token unless `headers` says otherwise. */
  ask(
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; headers: Headers; body: unknown }>;
}

/** Tells the same story on every engine of this machine. */
export function onEveryEngine(story: string, tell: (gateway: Gateway) => void): void {
  describe.each(engines)(`${story}, on %s`, (engine) => {
    let info: RedisInfo;
    let stop: () => Promise<void>;
    const gateway: Gateway = {
      engine,
      info: () => info,
      client: (options) =>
        new Redis({ url: info.restUrl, token, retry: false, enableTelemetry: false, ...options }),
      ask: (path, init) => ask(info.restUrl + path, init),
    };

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), "redis-contract-"));
      const part = await startRedis({ folder, port: 0, token, engine });
      info = part.info;
      stop = async () => {
        await part.stop();
        await rm(folder, { recursive: true, force: true });
      };
    });
    afterAll(() => stop());
    beforeEach(async () => {
      await gateway.client().flushall();
    });

    tell(gateway);
  });
}

/** One request, and the JSON it was answered with. */
export async function ask(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(url, { method: "POST", ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** Polls until a condition holds. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  deadline_ms = 40_000,
): Promise<void> {
  const end_ms = performance.now() + deadline_ms;
  while (!(await holds())) {
    if (performance.now() > end_ms) throw new Error(`not within ${deadline_ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
