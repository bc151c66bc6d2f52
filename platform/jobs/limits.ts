/** What bounds jobs. Lengths of JSON are bytes of UTF-8. */
export const jobLimits = {
  payload_bytes_max: 16 * 1024,
  checkpoint_bytes_max: 16 * 1024,
  result_bytes_max: 16 * 1024,
  /** Statements in one commit, beside the one that fences them. */
  effects_max: 100,
  idempotencyKey_length_max: 200,
  progressNote_length_max: 200,
  errorMessage_length_max: 500,
  attempts_max: 100,
  /** Jobs that one worker runs at a time. */
  running_max: 10,
  /** Jobs of each sort that one sweep touches; also the most messages one call to a queue may carry. */
  sweep_max: 100,
} as const;

/** Times that rule leases, retries and sweeps, in milliseconds. */
export interface JobTimes {
  /** How long a worker may be silent before its jobs are another's. */
  readonly lease_ms: number;
  /** How often a worker renews its leases, and so hears of a cancel. */
  readonly heartbeat_ms: number;
  /** How often news of progress may be written. */
  readonly progress_ms: number;
  /** How long a handler that was told to stop may take to unwind. */
  readonly unwind_ms: number;
  /** A job due this soon is taken already: the queue's clock is not the database's. */
  readonly early_ms: number;
  /** How long a message may take before it counts as lost. */
  readonly redispatch_ms: number;
  /** Delay of the first retry; each further one doubles it. */
  readonly retryBase_ms: number;
}

/**
 * A lease outlives two missed heartbeats. A consumer of Cloudflare Queues may run for 15 minutes,
 * so a lease of one minute is renewed a few times at most, and most jobs end before their first.
 */
export const defaultJobTimes: JobTimes = {
  lease_ms: 60_000,
  heartbeat_ms: 20_000,
  progress_ms: 3_000,
  unwind_ms: 5_000,
  early_ms: 1_000,
  redispatch_ms: 120_000,
  retryBase_ms: 60_000,
};

/** Longest delay Cloudflare Queues takes; a job further off is sent by the sweep when it is due. */
export const queueDelay_s_max = 12 * 60 * 60;
