/** How often a page with nothing on it asks again: somebody who sends a first event is waiting for it. */
export const emptyAgain_s = 20;
/** For so long a report may come from the cache, though today is among its days. */
const cached_s = 30;
/** A database that slept wakes, and writes. */
const write_s = 5;
const sleepAfter_s = 300;

/** How long after it was acknowledged an event is on a page that is looked at, to ten seconds. */
export function seenWithin_s(flushEvery_s: number): number {
  return Math.ceil((flushEvery_s + write_s + cached_s + emptyAgain_s) / 10) * 10;
}

/** Whether a database that nobody else asks falls asleep between two writes: it does after five minutes. */
export function letsSleep(flushEvery_s: number): boolean {
  return flushEvery_s > sleepAfter_s;
}
