import { z } from "zod";
import { type BatchReport, handleJobBatch, type WorkerDeps } from "../consume.ts";
import type { EnqueueDeps } from "../enqueue.ts";
import { type JobContext, type JobKinds, type JobOutcome, jobKind } from "../kind.ts";
import { defaultJobTimes } from "../limits.ts";
import type { SweepDeps } from "../sweep.ts";
import type { JobChange } from "../watcher.ts";
import { memorySweepMarker } from "./memory-marker.ts";
import { MemoryJobQueue } from "./memory-queue.ts";
import { type MemoryEffect, MemoryJobStore } from "./memory-store.ts";

type Context = JobContext<{ n: number }, number, MemoryEffect>;
export type Handler = (context: Context) => Promise<JobOutcome<unknown, MemoryEffect>>;

/**
 * Queue, store and worker of jobs in memory, under fake timers: time passes only when a test says so. The kind `test` does what `handler` is set to at that moment.
 */
export class JobHouse {
  readonly #advance: (length_ms: number) => Promise<unknown>;
  readonly store = new MemoryJobStore(Date.now);
  readonly queue = new MemoryJobQueue(Date.now);
  readonly changes: JobChange[] = [];
  handler: Handler = async () => ({ result: null });
  readonly kinds = {
    test: jobKind<MemoryEffect>()({
      payload: z.object({ n: z.number() }),
      result: z.unknown(),
      checkpoint: z.number(),
      run_ms_max: 120_000,
      run: (context) => this.handler(context),
    }),
  };
  readonly deps: EnqueueDeps<MemoryEffect, typeof this.kinds> &
    WorkerDeps<MemoryEffect> &
    SweepDeps<MemoryEffect> = {
    store: this.store,
    queue: this.queue,
    marker: memorySweepMarker(),
    kinds: this.kinds,
    times: defaultJobTimes,
    worker: "test",
    watcher: {
      publish: async (changes) => {
        this.changes.push(...changes);
      },
    },
    newId: () => crypto.randomUUID(),
    random: () => 0,
    now_ms: Date.now,
  };

  /** @param advance lets time go by */
  constructor(advance: (length_ms: number) => Promise<unknown>) {
    this.#advance = advance;
  }

  /** Takes what is due from the queue and runs it while `length_ms` go by. */
  async work(length_ms = 0, kinds: JobKinds<MemoryEffect> = this.kinds): Promise<BatchReport> {
    const report = handleJobBatch(this.queue.take(100), { ...this.deps, kinds });
    await this.#advance(length_ms);
    return await report;
  }

  job(id: string) {
    const row = this.store.rows.get(id);
    if (row === undefined) throw new Error(`there is no job ${id}`);
    return row;
  }
}

/** A promise that settles when its time has passed, or at once when the signal says stop. */
export function sleep(length_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, length_ms);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}
