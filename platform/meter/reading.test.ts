import { describe, expect, test } from "vitest";
import { fieldName, parseField } from "./fields.ts";
import { hourOf, hourStart_ms, hoursBack } from "./keys.ts";
import { bucketOf, latencyBounds_ms, latencyBuckets, quantile_ms } from "./latency.ts";
import { answersOf, cacheHits, latencyOf, readMeter, unitTotal, unitTotals } from "./reading.ts";
import { billedCommands } from "./redis-client.ts";

describe("a field's name", () => {
  test.each([
    { type: "unit", module: "watch", unit: "redis_commands" },
    { type: "route", route: "GET /v1/watch/rooms/:id", statusClass: 2, bucket: 10 },
    { type: "route_ms", route: "none" },
    { type: "cache", cache: "galleryPage", outcome: "stale" },
  ] as const)("says all about it: $type", (field) => {
    expect(parseField(fieldName(field))).toEqual(field);
  });

  test.each([
    "",
    "unit|watch",
    "unit|nobody|redis_commands",
    "unit|watch|gold",
    "unit|watch|redis_commands|more",
    "route|GET /|9|1",
    "route|GET /|2|x",
    "through",
    "cache|user|",
  ])("that nobody gave is not understood: %s", (name) => {
    expect(parseField(name)).toBeUndefined();
  });
});

test("hours are of UTC, compare as text, and lead back over midnight and the year", () => {
  expect(hourOf(Date.parse("2026-11-21T14:59:59.999Z"))).toBe("2026-11-21T14");
  expect(hoursBack(Date.parse("2027-01-01T01:30:00Z"), 3)).toEqual([
    "2027-01-01T01",
    "2027-01-01T00",
    "2026-12-31T23",
  ]);
  expect(hourStart_ms("2026-11-21T14")).toBe(Date.parse("2026-11-21T14:00:00Z"));
  expect(hourStart_ms("2026-11-21")).toBeUndefined();
  expect(hourStart_ms("2026-99-21T14")).toBeUndefined();
});

describe("percentiles", () => {
  const histogram = (durations: readonly number[]) => {
    const counts = Array<number>(latencyBuckets).fill(0);
    for (const duration of durations)
      counts[bucketOf(duration)] = (counts[bucketOf(duration)] ?? 0) + 1;
    return counts;
  };

  test("of nothing are null", () => {
    expect(quantile_ms([], 0.5)).toBeNull();
    expect(quantile_ms(histogram([]), 0.99)).toBeNull();
  });

  test("lie within the bucket of the true one", () => {
    const durations = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 4_000);
    const sorted = durations.toSorted((a, b) => a - b);
    for (const quantile of [0.5, 0.95, 0.99]) {
      const truth = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
      const estimate = quantile_ms(histogram(durations), quantile) ?? 0;
      expect(bucketOf(estimate)).toBe(bucketOf(truth));
    }
  });

  test("beyond the last bound are that bound", () => {
    expect(quantile_ms(histogram([60_000]), 0.5)).toBe(latencyBounds_ms.at(-1));
  });

  test("a bound belongs to its own bucket", () => {
    expect(bucketOf(5)).toBe(0);
    expect(bucketOf(5.1)).toBe(1);
    expect(bucketOf(5_000)).toBe(latencyBounds_ms.length - 1);
    expect(bucketOf(5_001)).toBe(latencyBounds_ms.length);
  });
});

test("hashes add up by module, route and cache; what is not understood is left out", () => {
  const reading = readMeter(
    { "unit|watch|redis_commands": 3, "unit|ops|redis_commands": "4", through: "2026-11-21T14" },
    { "unit|watch|redis_commands": 5, "unit|watch|redis_commandz": 9, "unit|jobs|bytes_out": "x" },
    { "route|GET /a|2|0": 2, "route|GET /a|5|1": 1, "route|GET /a|5|99": 7, "route_ms|GET /a": 20 },
    { "cache|user|hit": 6, "cache|user|stale": 2, "cache|user|miss": 2 },
  );
  expect(unitTotal(reading, "redis_commands")).toBe(12);
  expect(unitTotal(reading, "redis_commands", ["ops"])).toBe(8);
  expect(unitTotals(reading)).toMatchObject({ redis_commands: 12, bytes_out: 0 });
  expect(reading.routes).toHaveLength(1);
  expect(answersOf(reading.routes)).toBe(3);
  expect(answersOf(reading.routes, 5)).toBe(1);
  expect(latencyOf(reading.routes).slice(0, 2)).toEqual([2, 1]);
  expect(cacheHits(reading.caches.get("user"))).toEqual({ reads: 10, hits: 8, hitRate: 0.8 });
  expect(cacheHits(undefined)).toEqual({ reads: 0, hits: 0, hitRate: null });
});

test("commands count as billed: each of a pipeline, and scripts with what they call", () => {
  expect(billedCommands(["GET", "key"])).toBe(1);
  expect(
    billedCommands([
      ["SET", "a", "1"],
      ["GET", "a"],
    ]),
  ).toBe(2);
  expect(billedCommands(["EVALSHA", "sha", 2, "a", "b"])).toBe(4);
  expect(billedCommands(["EVALSHA", "sha", 1, "a", 100])).toBe(2);
  expect(billedCommands([["evalsha", "sha", 0], ["PING"]])).toBe(5);
  expect(billedCommands([])).toBe(0);
  expect(billedCommands(undefined)).toBe(0);
});
