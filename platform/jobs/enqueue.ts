import type { JobStatus } from "../../protocol/jobs.ts";
import { JobInputError } from "./errors.ts";
import type { JobInput, JobKinds } from "./kind.ts";
import { type JobTimes, jobLimits, queueDelay_s_max } from "./limits.ts";
import type { SweepMarker } from "./marker.ts";
import type { JobQueue } from "./queue.ts";
import type { JobStore, NewJob } from "./store.ts";

export interface EnqueueOptions {
  /** How long until the first attempt. */
  readonly delay_ms?: number;
  /**
   * Of one kind and key only the first job is kept, until it has ended and been pruned. Make it of
   * what the job is about, so that asking twice does it once.
   */
  readonly idempotencyKey?: string;
  /** Instead of the kind's own. */
  readonly attempts_max?: number;
}

export interface EnqueuedJob {
  readonly id: string;
  readonly status: JobStatus;
  /** False when the idempotency key was taken: the id is then the earlier job's. */
  readonly created: boolean;
}

export interface EnqueueDeps<Effect, Kinds extends JobKinds<Effect>> {
  readonly store: Pick<JobStore<Effect>, "add" | "requeue">;
  readonly queue: JobQueue;
  readonly marker: SweepMarker;
  readonly kinds: Kinds;
  readonly times: JobTimes;
  /** A new UUID. */
  readonly newId: () => string;
}

/**
 * Makes a job to be kept by a statement of the caller's own, in one batch with what it is about.
 * Afterwards call `dispatchJob`; if that never comes to be, the sweep does it.
 * @throws JobInputError
 */
export function prepareJob<
  Effect,
  Kinds extends JobKinds<Effect>,
  Name extends keyof Kinds & string,
>(
  { kinds, times, newId }: Pick<EnqueueDeps<Effect, Kinds>, "kinds" | "times" | "newId">,
  name: Name,
  input: JobInput<Kinds[Name]>,
  { delay_ms = 0, idempotencyKey, attempts_max }: EnqueueOptions = {},
): NewJob {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) throw new JobInputError("kind_unknown", `there is no kind ${name}`);
  const attempts = attempts_max ?? kind.attempts_max;
  return {
    id: newId(),
    kind: name,
    payloadText: kind.payloadText(input as never),
    attempts_max: Math.min(Math.max(1, attempts), jobLimits.attempts_max),
    delay_ms: Math.max(0, delay_ms),
    // No message can wait as long as that, so the sweep sends it when it is due.
    grace_ms: fitsQueue(delay_ms) ? times.redispatch_ms : 0,
    idempotencyKey: idempotencyKey === undefined ? null : checkedKey(idempotencyKey),
  };
}

/**
 * Sends the id of a job that is kept to the queue. Never throws: a job whose message cannot be sent
 * is found by the sweep.
 * @returns whether it was sent
 */
export async function dispatchJob(
  { queue, marker }: { readonly queue: JobQueue; readonly marker: SweepMarker },
  { id, delay_ms }: { readonly id: string; readonly delay_ms: number },
): Promise<boolean> {
  const send = async () => {
    if (!fitsQueue(delay_ms)) return false;
    try {
      await queue.send(id, Math.ceil(delay_ms / 1000));
      return true;
    } catch {
      return false;
    }
  };
  const [sent] = await Promise.all([send(), marker.soon()]);
  return sent;
}

/**
 * Keeps a job and sends its id to the queue.
 * @throws JobInputError; whatever the store throws, and then the job may or may not be kept: ask
 *   again with the same idempotency key
 */
export async function enqueueJob<
  Effect,
  Kinds extends JobKinds<Effect>,
  Name extends keyof Kinds & string,
>(
  deps: EnqueueDeps<Effect, Kinds>,
  name: Name,
  input: JobInput<Kinds[Name]>,
  options: EnqueueOptions = {},
): Promise<EnqueuedJob> {
  const job = prepareJob(deps, name, input, options);
  const { id, status } = await deps.store.add(job);
  // An earlier job that is still queued may have lost its message; one too many does no harm.
  if (status === "queued") await dispatchJob(deps, { id, delay_ms: job.delay_ms });
  return { id, status, created: id === job.id };
}

/**
 * Queues a dead or cancelled job anew, with all its attempts before it.
 * @returns the job, or undefined when it is neither
 */
export async function retryJob<Effect, Kinds extends JobKinds<Effect>>(
  deps: EnqueueDeps<Effect, Kinds>,
  id: string,
) {
  const job = await deps.store.requeue(id, deps.times.redispatch_ms);
  if (job !== undefined) await dispatchJob(deps, { id, delay_ms: 0 });
  return job;
}

function fitsQueue(delay_ms: number): boolean {
  return delay_ms <= queueDelay_s_max * 1000;
}

function checkedKey(key: string): string {
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > jobLimits.idempotencyKey_length_max)
    throw new JobInputError(
      "key_invalid",
      "an idempotency key is 1 to 200 printable ASCII characters",
    );
  return key;
}
