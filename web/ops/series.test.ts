import { describe, expect, test } from "vitest";
import type { Overview, OverviewHour } from "../../protocol/overview.ts";
import { byModule, firstHours, hoursToAsk, merged } from "./series.ts";

const hour_ms = 3_600_000;
const start_ms = Date.parse("2026-11-21T00:00:00Z");

const hourAt = (index: number, requests = 1, units: OverviewHour["units"] = {}): OverviewHour => ({
  hour: new Date(start_ms + index * hour_ms).toISOString().slice(0, 13),
  start_ms: start_ms + index * hour_ms,
  traffic: { requests, errors: 0, refused: 0, p50_ms: null, p95_ms: null, p99_ms: null },
  cacheHitRate: null,
  units,
});
const overview = (series: readonly OverviewHour[]): Overview =>
  ({ metered: true, series: [...series] }) as unknown as Overview;

describe("the page asks", () => {
  test("for two days first, and then for two hours", () => {
    expect(hoursToAsk(undefined, start_ms)).toBe(firstHours);
    const known = overview([hourAt(0), hourAt(1)]);
    expect(hoursToAsk(known, start_ms + 1.5 * hour_ms)).toBe(2);
    expect(hoursToAsk(known, start_ms + 2.1 * hour_ms)).toBe(2);
  });

  test("for all it missed while nobody looked, up to what is kept", () => {
    const known = overview([hourAt(0)]);
    expect(hoursToAsk(known, start_ms + 7.5 * hour_ms)).toBe(8);
    expect(hoursToAsk(known, start_ms + 1_000 * hour_ms)).toBe(192);
    expect(hoursToAsk(overview([]), start_ms)).toBe(firstHours);
  });
});

describe("an answer", () => {
  test("renews the hours it has and keeps the older ones, in order", () => {
    const known = overview([hourAt(0, 5), hourAt(1, 6)]);
    const { series } = merged(known, overview([hourAt(1, 9), hourAt(2, 1)]));
    expect(series.map(({ traffic }) => traffic.requests)).toEqual([5, 9, 1]);
  });

  test("without figures leaves those there were", () => {
    const known = { ...overview([hourAt(0, 5)]), window_s: 77 };
    const news = { ...overview([]), metered: false, server_ms: 5 };
    expect(merged(known, news)).toMatchObject({ metered: false, server_ms: 5, window_s: 77 });
    expect(merged(known, news).series).toHaveLength(1);
  });

  test("never makes more of them than are kept", () => {
    let known = overview([]);
    for (let hour = 0; hour < 300; hour += 1) known = merged(known, overview([hourAt(hour)]));
    expect(known.series).toHaveLength(192);
    expect(known.series[0]?.start_ms).toBe(start_ms + 108 * hour_ms);
  });
});

test("a unit is told by module, the largest first, with nothing where there was nothing", () => {
  const series = [
    hourAt(0, 1, { redis_commands: { watch: 1, jobs: 5 } }),
    hourAt(1, 1, { rows_read: { watch: 9 } }),
    hourAt(2, 1, { redis_commands: { watch: 9 } }),
  ];
  expect(byModule(series, "redis_commands")).toEqual([
    { module: "watch", total: 10, amounts: [1, 0, 9] },
    { module: "jobs", total: 5, amounts: [5, 0, 0] },
  ]);
  expect(byModule(series, "bytes_out")).toEqual([]);
});
