import { build, type Histogram } from "hdr-histogram-js";
import type { Recorder } from "./driver.ts";

const unit_ms = 0.001;
/** A thousandth of what is told; anything beyond a minute is a minute. */
const options = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60_000 / unit_ms,
  numberOfSignificantValueDigits: 3 as const,
};

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * How a run went, as its crowd told it: latencies in HdrHistograms, one for each kind and one of all.
 * What failed is in them with the time for which it was waited, or a run that answers little would
 * look fast.
 */
export class Recording implements Recorder {
  readonly #all = build(options);
  readonly #kinds = new Map<string, Histogram>();
  readonly #failures = new Map<string, number>();
  readonly #failedOfKind = new Map<string, number>();
  #answered = 0;
  #failed = 0;
  #bytes = 0;

  answered(kind: string, latency_ms: number): void {
    this.#answered += 1;
    this.#record(kind, latency_ms);
  }

  #record(kind: string, latency_ms: number): void {
    const value = Math.min(
      Math.max(1, Math.round(latency_ms / unit_ms)),
      options.highestTrackableValue,
    );
    this.#all.recordValue(value);
    const histogram = this.#kinds.get(kind) ?? build(options);
    histogram.recordValue(value);
    this.#kinds.set(kind, histogram);
  }

  failed(kind: string, why: string, waited_ms?: number): void {
    this.#failed += 1;
    if (waited_ms !== undefined) {
      this.#record(kind, waited_ms);
      this.#failedOfKind.set(kind, (this.#failedOfKind.get(kind) ?? 0) + 1);
    }
    const name = `${kind}: ${why}`;
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
  }

  received(bytes: number): void {
    this.#bytes += bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get requests(): { readonly sent: number; readonly failed: number } {
    return { sent: this.#answered + this.#failed, failed: this.#failed };
  }

  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#failures);
  }

  get latency_ms(): Percentiles {
    return percentilesOf(this.#all);
  }

  /** By what was done: how often it was answered, and how often nobody got the answer they waited for. */
  get kinds(): Readonly<
    Record<string, Percentiles & { readonly answers: number; readonly failed: number }>
  > {
    const each = [...this.#kinds].map(([kind, histogram]) => {
      const failed = this.#failedOfKind.get(kind) ?? 0;
      const answers = histogram.totalCount - failed;
      return [kind, { answers, failed, ...percentilesOf(histogram) }] as const;
    });
    return Object.fromEntries(each);
  }
}

function percentilesOf(histogram: Histogram): Percentiles {
  const at = (percentile: number) =>
    Math.round(histogram.getValueAtPercentile(percentile) * unit_ms * 1_000) / 1_000;
  return { p50: at(50), p95: at(95), p99: at(99) };
}
