import { type ProcessTable, processes, treeOf } from "../../processes.ts";
import type { SideProcess } from "./side.ts";

const sampleEvery_ms = 500;

/** What a process and all it started took over some time, from outside. */
export interface ProcessUse {
  readonly name: SideProcess["name"];
  readonly cpu_s: number;
  readonly rss_bytes_peak: number;
  readonly rss_bytes_mean: number;
}

interface Sums {
  readonly cpuBefore_s: number;
  cpu_s: number;
  rss_bytes_peak: number;
  rss_bytes_sum: number;
  samples: number;
}

/** Looks at some processes twice a second, until it is stopped. */
export class Sampler {
  readonly #watched: readonly SideProcess[];
  readonly #sums = new Map<SideProcess["name"], Sums>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #began_ms = 0;

  private constructor(watched: readonly SideProcess[]) {
    this.#watched = watched;
  }

  static async start(watched: readonly SideProcess[]): Promise<Sampler> {
    const sampler = new Sampler(watched);
    await sampler.#look();
    sampler.#began_ms = performance.now();
    sampler.#later();
    return sampler;
  }

  /** @returns what each took, and for how long it was looked at */
  async stop(): Promise<{
    readonly sampled_s: number;
    readonly processes: readonly ProcessUse[];
  }> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const sampled_s = (performance.now() - this.#began_ms) / 1_000;
    await this.#look();
    const processes = [...this.#sums].map(([name, sums]) => ({
      name,
      cpu_s: sums.cpu_s,
      rss_bytes_peak: sums.rss_bytes_peak,
      rss_bytes_mean: Math.round(sums.rss_bytes_sum / sums.samples),
    }));
    return { sampled_s, processes };
  }

  #later(): void {
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#stopped || this.#later());
    }, sampleEvery_ms);
  }

  async #look(): Promise<void> {
    const table = await processes();
    for (const { name, pids } of this.#watched) {
      const { cpu_s, rss_bytes } = takenBy(table, pids);
      const first = {
        cpuBefore_s: cpu_s,
        cpu_s: 0,
        rss_bytes_peak: 0,
        rss_bytes_sum: 0,
        samples: 0,
      };
      const sums: Sums = this.#sums.get(name) ?? first;
      // A child that has ended and was not waited for takes its time with it: never less than before.
      sums.cpu_s = Math.max(sums.cpu_s, cpu_s - sums.cpuBefore_s);
      sums.rss_bytes_peak = Math.max(sums.rss_bytes_peak, rss_bytes);
      sums.rss_bytes_sum += rss_bytes;
      sums.samples += 1;
      this.#sums.set(name, sums);
    }
  }
}

/**
 * Processor time and memory of some processes and all under them. Memory that processes may share,
 * such as PostgreSQL's buffers, is counted once for each tree: that of the process that has most of it.
 */
export function takenBy(
  table: ProcessTable,
  roots: readonly number[],
): { readonly cpu_s: number; readonly rss_bytes: number } {
  let [cpu_s, rss_bytes] = [0, 0];
  for (const root of roots) {
    let shared_bytes = 0;
    for (const one of treeOf(table, root)) {
      cpu_s += one.cpu_s;
      rss_bytes += one.rss_bytes - one.shared_bytes;
      shared_bytes = Math.max(shared_bytes, one.shared_bytes);
    }
    rss_bytes += shared_bytes;
  }
  return { cpu_s, rss_bytes };
}
