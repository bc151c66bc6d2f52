import { driftBucketOf, noDrift, type Report } from "../../../protocol/watch/report.ts";
import type { Look } from "../follower.ts";

/** A look is counted so often, however often the player is looked at. */
const sampleEvery_ms = 1_000;
/** What is told with a message is told no more often than this. */
const reportEvery_ms = 30_000;
/** After so long without any message it is told over HTTP; four requests an hour. */
const overdueAfter_ms = 15 * 60_000;

/** Gathers how it goes at this viewer, to be told with a message that is sent anyway. */
export class Reporter {
  #drift = noDrift();
  #counts = { corrections: 0, stalls: 0, resumes: 0, gateWaits: 0 };
  #empty = true;
  #since_ms: number;
  #toldAt_ms: number;
  #sampledAt_ms = Number.NEGATIVE_INFINITY;
  #stalled = false;

  constructor(now_ms: number) {
    this.#since_ms = now_ms;
    // The first message after the start may carry one already, once there is something to tell.
    this.#toldAt_ms = now_ms - reportEvery_ms;
  }

  /** One look at the player. */
  saw(look: Look, now_ms: number): void {
    if (look.corrected) this.count("corrections", now_ms);
    if (look.stalled && !this.#stalled) this.count("stalls", now_ms);
    this.#stalled = look.stalled;
    if (look.drift_ms === null || look.player.paused) return;
    if (now_ms - this.#sampledAt_ms < sampleEvery_ms) return;
    this.#sampledAt_ms = now_ms;
    const bucket = driftBucketOf(look.drift_ms);
    this.#drift[bucket] = (this.#drift[bucket] ?? 0) + 1;
    this.#begin(now_ms);
  }

  count(what: "corrections" | "stalls" | "resumes" | "gateWaits", now_ms: number): void {
    this.#counts[what]++;
    this.#begin(now_ms);
  }

  /** What a message that leaves now should carry; undefined when that is too early, or nothing. */
  takeIfDue(now_ms: number, rtt_ms: number | null): Report | undefined {
    return now_ms - this.#toldAt_ms < reportEvery_ms ? undefined : this.take(now_ms, rtt_ms);
  }

  /** The same without any message, once it has waited for too long. */
  takeIfOverdue(now_ms: number, rtt_ms: number | null): Report | undefined {
    const waited = !this.#empty && now_ms - this.#since_ms >= overdueAfter_ms;
    return waited ? this.take(now_ms, rtt_ms) : undefined;
  }

  /** All there is, for the last time or the first; undefined for nothing. */
  take(now_ms: number, rtt_ms: number | null): Report | undefined {
    if (this.#empty) return undefined;
    const report: Report = {
      drift: this.#drift,
      ...this.#counts,
      ...(rtt_ms === null ? {} : { rtt_ms }),
    };
    this.#drift = noDrift();
    this.#counts = { corrections: 0, stalls: 0, resumes: 0, gateWaits: 0 };
    this.#empty = true;
    this.#toldAt_ms = now_ms;
    return report;
  }

  #begin(now_ms: number): void {
    if (this.#empty) this.#since_ms = now_ms;
    this.#empty = false;
  }
}
