import type { Job, JobStatus } from "../../protocol/jobs.ts";

/** A job to keep. Texts are JSON within their limits. */
export interface NewJob {
  readonly id: string;
  readonly kind: string;
  readonly payloadText: string;
  readonly attempts_max: number;
  readonly delay_ms: number;
  readonly grace_ms: number;
  readonly idempotencyKey: string | null;
}

/** A job, and the token of the lease under which it may be changed. */
export interface JobLease {
  readonly id: string;
  readonly token: string;
}

export interface JobClaim {
  readonly ids: readonly string[];
  readonly worker: string;
  readonly lease_ms: number;
  readonly early_ms: number;
}

export interface ClaimedJob extends JobLease {
  readonly type: "claimed";
  readonly kind: string;
  readonly payload: unknown;
  /** What the last attempt committed of its state; null when nothing. */
  readonly checkpoint: unknown;
  /** Counts from 1. */
  readonly attempt: number;
  readonly attempts_max: number;
}

/** A job that may be claimed in a while. */
export interface LaterJob {
  readonly type: "later";
  readonly id: string;
  readonly wait_ms: number;
}

export interface JobBeat extends JobLease {
  readonly progress: { readonly fraction: number; readonly note: string | null } | null;
}

export interface JobPulse {
  readonly id: string;
  readonly cancelRequested: boolean;
}

export interface JobSweepResult {
  readonly expired: readonly Job[];
  readonly redispatch: readonly { readonly id: string }[];
  readonly next_ms: number | null;
}

/**
 * Where jobs are kept, with the clock that decides about leases.
 *
 * `Effect` is one change of the same store that a handler wants done. Effects commit together with
 * the step of the job that they belong to, under its lease: all, or none. A worker whose lease is
 * another's can change nothing; `commit` and `complete` then throw `LeaseLostError`, and `fail` and
 * `endCancelled` answer undefined.
 */
export interface JobStore<Effect> {
  /** Keeps a job; of one kind and idempotency key only the first. Answers with the one that is kept. */
  add(job: NewJob): Promise<{ readonly id: string; readonly status: JobStatus }>;
  /** Leases what can be leased of these. An id without an answer needs nothing from this worker. */
  claim(claim: JobClaim): Promise<readonly (ClaimedJob | LaterJob)[]>;
  /** Renews leases and keeps news of progress. Jobs without an answer are another's. */
  beat(beats: readonly JobBeat[], lease_ms: number): Promise<readonly JobPulse[]>;
  commit(
    lease: JobLease,
    step: {
      readonly effects: readonly Effect[];
      readonly checkpointText: string | undefined;
      readonly lease_ms: number;
    },
  ): Promise<void>;
  complete(
    lease: JobLease,
    end: { readonly effects: readonly Effect[]; readonly resultText: string },
  ): Promise<void>;
  fail(
    lease: JobLease,
    failure: {
      readonly code: string;
      readonly message: string;
      readonly permanent: boolean;
      readonly delay_ms: number;
      readonly grace_ms: number;
    },
  ): Promise<Job | undefined>;
  /** Ends a running job that somebody cancelled. */
  endCancelled(lease: JobLease): Promise<Job | undefined>;
  /** Takes back jobs whose lease ran out, and names those whose message must have been lost. */
  sweep(sweep: { readonly jobs_max: number; readonly grace_ms: number }): Promise<JobSweepResult>;
  /** Cancels a queued job, or asks a running one to stop. Undefined when it has ended. */
  cancel(id: string): Promise<Job | undefined>;
  /** Queues a dead or cancelled job anew. Undefined when it is neither. */
  requeue(id: string, grace_ms: number): Promise<Job | undefined>;
}

/** As much of the store as a worker needs. */
export type WorkerStore<Effect> = Pick<
  JobStore<Effect>,
  "claim" | "beat" | "commit" | "complete" | "fail" | "endCancelled"
>;
