import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyticsDriver } from "../../bench/load/analytics/driver.ts";
import type { Driver, Side } from "../../bench/load/driver.ts";
import { matchDriver } from "../../bench/load/match/driver.ts";
import { BaselineServer } from "../../bench/servers/baseline.ts";
import { hasStores, type Stores, startStores } from "../../bench/servers/stores.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { type RateLimitPolicyName, rateLimitPolicies } from "../../platform/ratelimit/policies.ts";
import { type Random, seededRandom } from "../../platform/testing/random.ts";

const people = 4;
const run_s = 5;
/** Starting a side, and the time that a game's events may wait for the database. */
const patience_ms = 150_000;
const unlimited = (Object.keys(rateLimitPolicies) as RateLimitPolicyName[])
  .map((policy) => `${policy}=1000000/60`)
  .join(",");

/** Everything happens some ten times as soon as it does to other people: a few seconds show all of it. */
function hasty(seed: number): Random {
  const random = seededRandom(seed);
  return { ...random, next: () => random.next() / 10 };
}

/** Lets a few people behave for a moment. @returns how often each kind was answered, and what failed */
async function visit(driver: Driver, side: Side) {
  const answered: Record<string, number> = {};
  const failed: string[] = [];
  const crowd = await driver.prepare(side, people, hasty(11));
  try {
    await crowd.run(run_s, {
      answered: (kind, latency_ms) => {
        expect(latency_ms).toBeGreaterThan(0);
        answered[kind] = (answered[kind] ?? 0) + 1;
      },
      failed: (kind, why) => failed.push(`${kind}: ${why}`),
      received: (bytes) => {
        answered.bytes = (answered.bytes ?? 0) + bytes;
      },
    });
  } finally {
    await crowd.leave();
  }
  return { answered, failed };
}

describe.runIf(hasStores)("people of a load run on the old design", () => {
  let stores: Stores;
  let server: BaselineServer;
  let side: Side;

  beforeAll(async () => {
    stores = await startStores();
    server = await BaselineServer.start(stores);
    const { databaseUrl } = stores;
    side = { name: "container", url: server.url, databaseUrl, roomTokenKeys: "" };
  }, patience_ms);

  afterAll(async () => {
    await server?.stop();
    await stores?.stop();
  });

  test(
    "meet, and negotiate a call, without a failure",
    async () => {
      const { answered, failed } = await visit(matchDriver, side);
      expect(failed).toEqual([]);
      for (const kind of ["match", "ice", "relay", "seat", "bytes"])
        expect(answered).toHaveProperty(kind);
    },
    patience_ms,
  );

  test(
    "play, and all of it is kept",
    async () => {
      const { answered, failed } = await visit(analyticsDriver, side);
      expect(failed).toEqual([]);
      expect(answered).toMatchObject({ batch: expect.any(Number), report: 1 });
    },
    patience_ms,
  );
});

describe.runIf(hasStores)("people of a load run on the product", () => {
  let stores: Stores;
  let stack: Stack;
  let folder: string;
  let side: Side;

  beforeAll(async () => {
    stores = await startStores();
    folder = await mkdtemp(join(tmpdir(), "offrail-crowds-"));
    const { databaseUrl, redisUrl } = stores;
    stack = await startStack({
      folder,
      ports: { site: 0, redis: 0, postgres: 0 },
      databaseUrl,
      redisUrl,
      settings: { RATE_LIMITS: unlimited, LOG_LEVEL: "error" },
    });
    const { roomTokenKeys } = stack.secrets;
    side = { name: "edge", url: stack.url, databaseUrl, roomTokenKeys };
  }, patience_ms);

  afterAll(async () => {
    await stack?.stop();
    await stores?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test(
    "meet, and negotiate a call, without a failure",
    async () => {
      const { answered, failed } = await visit(matchDriver, side);
      expect(failed).toEqual([]);
      for (const kind of ["match", "ice", "relay", "seat", "bytes"])
        expect(answered).toHaveProperty(kind);
    },
    patience_ms,
  );

  test(
    "play, and each event that was acknowledged is kept once",
    async () => {
      const { answered, failed } = await visit(analyticsDriver, side);
      expect(failed).toEqual([]);
      expect(answered).toMatchObject({ batch: expect.any(Number), report: 1 });
    },
    patience_ms,
  );
});
