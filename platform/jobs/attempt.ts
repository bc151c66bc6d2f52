import type { Job } from "../../protocol/jobs.ts";
import { JobCancelledError, JobFailure, LeaseLostError } from "./errors.ts";
import type { RunningJob } from "./heart.ts";
import { jsonText, plainLine } from "./json.ts";
import type { JobContext, JobKinds, JobOutcome } from "./kind.ts";
import { type JobTimes, jobLimits } from "./limits.ts";
import { retryDelay_ms } from "./retry.ts";
import type { ClaimedJob, WorkerStore } from "./store.ts";

export interface AttemptDeps<Effect> {
  readonly store: WorkerStore<Effect>;
  readonly kinds: JobKinds<Effect>;
  readonly times: JobTimes;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** How one attempt ended. */
export type AttemptEnd =
  | { readonly type: "done" }
  /** Kept with the job: it is queued again, dead or cancelled, as its status says. */
  | { readonly type: "kept"; readonly job: Job; readonly delay_ms: number }
  /** Nothing more could be kept: the lease is another's, or the store does not answer. */
  | { readonly type: "lost" };

/**
 * Runs one claimed job to the end of this attempt and keeps what came of it. Never throws.
 */
export async function attemptJob<Effect>(
  job: ClaimedJob,
  running: RunningJob,
  deps: AttemptDeps<Effect>,
): Promise<AttemptEnd> {
  const commits = new Commits(job, deps);
  try {
    const outcome = await runHandler(job, running, commits, deps);
    await commits.complete(outcome);
    return { type: "done" };
  } catch (error) {
    // What a handler throws after it was told to stop is only how it stopped.
    return await keepFailure(job, running.signal.aborted ? running.signal.reason : error, deps);
  } finally {
    // A handler that goes on regardless is refused here, before the database refuses it.
    commits.close();
  }
}

async function runHandler<Effect>(
  job: ClaimedJob,
  running: RunningJob,
  commits: Commits<Effect>,
  { kinds, times }: AttemptDeps<Effect>,
): Promise<JobOutcome<unknown, Effect>> {
  const kind = Object.hasOwn(kinds, job.kind) ? kinds[job.kind] : undefined;
  // Not permanent: while a deploy is under way, another worker may well know it.
  if (kind === undefined) throw new JobFailure("kind_unknown", "no handler knows this kind of job");
  const context: JobContext<unknown, unknown, Effect> = {
    id: job.id,
    payload: job.payload,
    attempt: job.attempt,
    checkpoint: job.checkpoint,
    signal: running.signal,
    progress: running.progress,
    commit: (step) => commits.commit(step),
    idempotencyKey: (step) => `job:${job.id}:${step}`,
  };
  const late = setTimeout(
    () => running.stop(new JobFailure("timed_out", "the attempt took too long")),
    kind.run_ms_max,
  );
  try {
    return await unlessStopped(kind.run(context), running.signal, times.unwind_ms);
  } finally {
    clearTimeout(late);
  }
}

/** What the handler does, or, when it was told to stop and has not unwound in time, the reason. */
function unlessStopped<T>(work: Promise<T>, signal: AbortSignal, unwind_ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      timer = setTimeout(() => reject(signal.reason), unwind_ms);
    };
    signal.addEventListener("abort", stop, { once: true });
    work
      .finally(() => {
        signal.removeEventListener("abort", stop);
        if (timer !== undefined) clearTimeout(timer);
      })
      .then(resolve, reject);
  });
}

async function keepFailure<Effect>(
  job: ClaimedJob,
  reason: unknown,
  { store, times, random }: AttemptDeps<Effect>,
): Promise<AttemptEnd> {
  if (reason instanceof LeaseLostError) return { type: "lost" };
  const delay_ms = retryDelay_ms(job.attempt, random(), times.retryBase_ms);
  try {
    const kept =
      reason instanceof JobCancelledError
        ? await store.endCancelled(job)
        : await store.fail(job, {
            ...describeFailure(reason),
            delay_ms,
            grace_ms: times.redispatch_ms,
          });
    return kept === undefined ? { type: "lost" } : { type: "kept", job: kept, delay_ms };
  } catch {
    return { type: "lost" };
  }
}

function describeFailure(reason: unknown) {
  if (reason instanceof JobFailure)
    return {
      code: reason.code,
      message: plainLine(reason.message, jobLimits.errorMessage_length_max),
      permanent: reason.permanent,
    };
  // The message of an error made elsewhere may hold anything, a secret among it.
  const name = reason instanceof Error ? plainLine(reason.name, 60) : typeof reason;
  return { code: "internal", message: `the handler threw ${name}`, permanent: false };
}

/** What one attempt writes: one thing after another, and nothing after a failure. */
class Commits<Effect> {
  readonly #job: ClaimedJob;
  readonly #deps: AttemptDeps<Effect>;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(job: ClaimedJob, deps: AttemptDeps<Effect>) {
    this.#job = job;
    this.#deps = deps;
  }

  commit({
    effects = [],
    checkpoint,
  }: {
    readonly effects?: readonly Effect[];
    readonly checkpoint?: unknown;
  }): Promise<void> {
    return this.#next(async () => {
      refuseTooMany(effects);
      const checkpointText =
        checkpoint === undefined
          ? undefined
          : keepable("checkpoint", checkpoint, jobLimits.checkpoint_bytes_max);
      const { lease_ms } = this.#deps.times;
      await this.#deps.store.commit(this.#job, { effects, checkpointText, lease_ms });
    });
  }

  complete({ result, effects = [] }: JobOutcome<unknown, Effect>): Promise<void> {
    return this.#next(async () => {
      refuseTooMany(effects);
      const resultText = keepable("result", result, jobLimits.result_bytes_max);
      await this.#deps.store.complete(this.#job, { effects, resultText });
    });
  }

  close(): void {
    this.#closed = true;
  }

  /** Each write waits for the one before and fails if that failed: its outcome may be unknown. */
  #next(write: () => Promise<void>): Promise<void> {
    const written = this.#last.then(() => {
      if (this.#closed) throw new LeaseLostError();
      return write();
    });
    this.#last = written;
    // Whoever asked hears of it; that nobody has asked for the next write yet is no error.
    this.#last.catch(() => {});
    return written;
  }
}

function refuseTooMany(effects: readonly unknown[]): void {
  if (effects.length > jobLimits.effects_max)
    throw new JobFailure(
      "effects_too_many",
      `one commit may hold ${jobLimits.effects_max} effects`,
      { permanent: true },
    );
}

function keepable(what: string, value: unknown, bytes_max: number): string {
  // A handler with nothing to say hands back undefined; JSON says that as null.
  const json = jsonText(value ?? null, bytes_max);
  if (json.type === "text") return json.text;
  throw new JobFailure(`${what}_${json.type}`, `the ${what} cannot be kept: ${json.why}`, {
    permanent: true,
  });
}
