import type { JobStatus } from "../../protocol/jobs.ts";

/** What became of a job, as its worker or the sweep knows it. */
export interface JobChange {
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  /** From 0 to 1, when it is known. */
  readonly progress?: number;
  readonly progressNote?: string | null;
  readonly errorCode?: string;
}

/**
 * Is told of every change after it is kept: start, progress, end. It may be told twice, and is not
 * told when a worker dies at that moment, so the table stays the truth. What it throws is dropped:
 * nobody who watches can hold up a job.
 */
export interface JobWatcher {
  publish(changes: readonly JobChange[]): Promise<void>;
}

/** Tells a watcher, if there is one. Never throws. */
export async function tell(
  watcher: JobWatcher | undefined,
  changes: readonly JobChange[],
): Promise<void> {
  if (watcher === undefined || changes.length === 0) return;
  try {
    await watcher.publish(changes);
  } catch {
    // As promised above.
  }
}
