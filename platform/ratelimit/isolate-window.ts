/** Callers that one isolate tells apart in one window; about a megabyte. */
const callers_max = 10_000;

/** How a caller stands after one more request. */
export interface IsolateCount {
  readonly used: number;
  /** When the window ends, in milliseconds since 1970. */
  readonly reset_ms: number;
}

/** Counts requests in the memory of one isolate, in windows that begin and end for all at once. */
export interface IsolateWindow {
  /** @returns undefined for a caller too many: that one is not counted */
  count(key: string): IsolateCount | undefined;
}

/**
 * For what costs less than a question to Redis would. Isolates know nothing of each other, so that a
 * caller whose requests reach several of them may do the limit's worth in each.
 */
export function createIsolateWindow(window_ms: number, now_ms: () => number): IsolateWindow {
  const used = new Map<string, number>();
  let present = Number.NaN;
  return {
    count: (key) => {
      const window = Math.floor(now_ms() / window_ms);
      if (window !== present) used.clear();
      present = window;
      const known = used.get(key);
      if (known === undefined && used.size >= callers_max) return undefined;
      const count = (known ?? 0) + 1;
      used.set(key, count);
      return { used: count, reset_ms: (window + 1) * window_ms };
    },
  };
}
