/** What a job that cannot be taken in is refused for. */
export type JobInputCode = "kind_unknown" | "payload_invalid" | "payload_too_large" | "key_invalid";

/** A job that cannot be queued as it is. The message is for the programmer. */
export class JobInputError extends Error {
  override readonly name = "JobInputError";
  readonly code: JobInputCode;

  constructor(code: JobInputCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface JobFailureOptions {
  /** Whether another attempt cannot help: the job is dead at once. */
  readonly permanent?: boolean;
  readonly cause?: unknown;
}

/**
 * Why an attempt failed, to be kept with the job and shown to operators. Handlers throw it to say
 * what happened; anything else they throw is kept as `internal`, without its message.
 */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  /** Stable, in lower case with underscores. */
  readonly code: string;
  readonly permanent: boolean;

  constructor(code: string, message: string, { permanent = false, cause }: JobFailureOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.permanent = permanent;
  }
}

/** Another worker has the job by now, or will have it. Nothing more of this attempt is kept. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor(cause?: unknown) {
    super("the lease of this job is lost", cause === undefined ? {} : { cause });
  }
}

/** Somebody asked for the job to stop. */
export class JobCancelledError extends Error {
  override readonly name = "JobCancelledError";

  constructor() {
    super("the job was cancelled");
  }
}
