import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyticsDriver } from "../../bench/load/analytics/driver.ts";
import type { Driver, Side } from "../../bench/load/driver.ts";
import { matchDriver } from "../../bench/load/match/driver.ts";
import { startContainer } from "../../bench/load/sides/container.ts";
import { startEdge } from "../../bench/load/sides/edge.ts";
import type { RunningSide } from "../../bench/load/sides/side.ts";
import { hasStores } from "../../bench/servers/stores.ts";
import { type Random, seededRandom } from "../../platform/testing/random.ts";

const people = 4;
const run_s = 5;
/** Starting a side, and the time that a game's events may wait for the database. */
const patience_ms = 150_000;

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

const sides = [
  { where: "the old design", start: startContainer },
  { where: "the product", start: startEdge },
] as const;

describe.runIf(hasStores).each(sides)("people of a load run on $where", ({ start }) => {
  let side: RunningSide;
  beforeAll(async () => {
    side = await start();
  }, patience_ms);
  afterAll(() => side?.stop());

  test(
    "meet, and negotiate a call, without a failure",
    async () => {
      const { answered, failed } = await visit(matchDriver, side);
      expect(failed).toEqual([]);
      for (const kind of ["match", "relay", "seat", "bytes"]) expect(answered).toHaveProperty(kind);
      // The product's lobby sends the servers along with the match; nobody asks for them.
      expect("ice" in answered).toBe(side.name === "container");
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
