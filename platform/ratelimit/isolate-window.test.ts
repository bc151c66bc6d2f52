import { expect, test } from "vitest";
import { createIsolateWindow } from "./isolate-window.ts";

const window_ms = 60_000;

test("a caller is counted up to the window's end, and anew in the next", () => {
  let now_ms = 10 * window_ms + 1;
  const window = createIsolateWindow(window_ms, () => now_ms);
  expect(window.count("a")).toEqual({ used: 1, reset_ms: 11 * window_ms });
  expect(window.count("a")).toEqual({ used: 2, reset_ms: 11 * window_ms });
  expect(window.count("b")?.used).toBe(1);
  now_ms = 11 * window_ms;
  expect(window.count("a")).toEqual({ used: 1, reset_ms: 12 * window_ms });
});

test("beyond ten thousand callers the next are not counted, and those known still are", () => {
  let now_ms = 0;
  const window = createIsolateWindow(window_ms, () => now_ms);
  for (let caller = 0; caller < 10_000; caller += 1)
    expect(window.count(`caller-${caller}`)?.used).toBe(1);
  expect(window.count("one too many")).toBeUndefined();
  expect(window.count("caller-0")?.used).toBe(2);
  now_ms = window_ms;
  expect(window.count("one too many")?.used).toBe(1);
});
