import { describe, expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { afterFailure, afterWritten, nextAlarm, nextSlice, sliceLimits, steady } from "./plan.ts";

test("a slice is the oldest chunks within every limit, and never none", async () => {
  await forAll(200, (random) => {
    const waiting = Array.from({ length: 1 + random.below(600) }, (_, id) => ({
      id,
      events: 1 + random.below(500),
      bytes: random.below(1_100_000),
    }));
    const state = { ...steady, chunks_max: 1 + random.below(400) };
    const { chunks: slice, events } = nextSlice(waiting, state);
    expect(slice).toEqual(waiting.slice(0, slice.length));
    expect(slice.length).toBeGreaterThan(0);
    expect(events).toBe(slice.reduce((sum, chunk) => sum + chunk.events, 0));
    if (slice.length === 1) return;
    expect(events).toBeLessThanOrEqual(sliceLimits.events_max);
    expect(slice.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
      sliceLimits.bytes_max,
    );
  });
});

/** So many chunks of ten events each. */
const sliceOf = (chunks: number) => ({
  chunks: Array.from({ length: chunks }, (_, id) => ({ id, events: 10, bytes: 100 })),
  events: chunks * 10,
});

test("tries against a database that is away lie further and further apart, a minute at most", () => {
  let state = steady;
  const waits_ms = Array.from({ length: 10 }, () => {
    state = afterFailure(state, "away", sliceOf(5), 0, 1).state;
    return state.notBefore_ms;
  });
  expect(waits_ms).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map((wait_s) => wait_s * 1000));
  expect(afterWritten(state)).toMatchObject({ failures: 0, notBefore_ms: 0 });
});

test("what is too slow is tried with half as much, and grows again when it works", () => {
  const slow = afterFailure(steady, "slow", sliceOf(40), 0, 0).state;
  expect(slow.chunks_max).toBe(20);
  expect(afterWritten(slow).chunks_max).toBe(40);
  expect(afterFailure(slow, "slow", sliceOf(1), 0, 0)).toMatchObject({
    dead: false,
    state: { chunks_max: 1, events_max: 5 },
  });
});

describe("the alarm", () => {
  const quiet = {
    now_ms: 1_000_000,
    waiting_events: 0,
    oldestAt_ms: 0,
    flushEvery_ms: 30_000,
    flushEvents: 100,
    notBefore_ms: 0,
    openSeen_ms: null,
    silence_ms: 180_000,
    releaseAt_ms: null,
  };

  test("there is none where there is nothing to do", () => {
    expect(nextAlarm(quiet)).toBeNull();
    expect(nextAlarm({ ...quiet, notBefore_ms: 2_000_000 })).toBeNull();
  });

  test("it never lies in the past, nor before the database may be asked again", () => {
    const late = { ...quiet, waiting_events: 1, oldestAt_ms: 5_000 };
    expect(nextAlarm(late)).toBe(1_000_000);
    expect(nextAlarm({ ...late, notBefore_ms: 1_500_000 })).toBe(1_500_000);
    expect(nextAlarm({ ...quiet, openSeen_ms: 990_000 })).toBe(990_000 + 210_000);
  });
});
