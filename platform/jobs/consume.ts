import type { AttemptDeps, AttemptEnd } from "./attempt.ts";
import { attemptJob } from "./attempt.ts";
import { Heart } from "./heart.ts";
import { jobLimits, queueDelay_s_max } from "./limits.ts";
import { idOfMessage, type JobMessage } from "./queue.ts";
import type { ClaimedJob, LaterJob } from "./store.ts";
import { type JobWatcher, tell } from "./watcher.ts";

export interface WorkerDeps<Effect> extends AttemptDeps<Effect> {
  /** Name of this worker, for people. */
  readonly worker: string;
  readonly now_ms: () => number;
  readonly watcher?: JobWatcher;
}

/** What became of a batch, counted by message or by attempt; for logs and the meter. */
export interface BatchReport {
  readonly done: number;
  /** Failed, and queued for another attempt. */
  readonly failed: number;
  readonly dead: number;
  readonly cancelled: number;
  /** Attempts that could keep nothing: lease lost, or no database. */
  readonly lost: number;
  /** Messages for jobs that another worker has or that are not due. */
  readonly later: number;
  /** Messages for jobs that need nothing: ended, unknown, or named twice. */
  readonly ignored: number;
  /** Messages that are not ours. */
  readonly malformed: number;
}

type Counts = { -readonly [Key in keyof BatchReport]: number };

/** When to come back if the database does not answer. */
const unreachable_s = 30;

/**
 * Runs the jobs that a batch of messages names, at most `running_max` at a time, and tells the
 * queue of each message whether it is settled or shall come again. A message is settled only when
 * nothing is left to do for it, so that a worker that dies leaves its messages to the queue. Never
 * throws.
 */
export async function handleJobBatch<Effect>(
  batch: { readonly messages: readonly JobMessage[] },
  deps: WorkerDeps<Effect>,
): Promise<BatchReport> {
  const counts: Counts = {
    done: 0,
    failed: 0,
    dead: 0,
    cancelled: 0,
    lost: 0,
    later: 0,
    ignored: 0,
    malformed: 0,
  };
  const messages = new Map<string, JobMessage>();
  for (const message of batch.messages) {
    const id = idOfMessage(message);
    if (id !== undefined && !messages.has(id)) {
      messages.set(id, message);
      continue;
    }
    counts[id === undefined ? "malformed" : "ignored"] += 1;
    message.ack();
  }
  const all = [...messages];
  for (let at = 0; at < all.length; at += jobLimits.running_max)
    await handleSome(new Map(all.slice(at, at + jobLimits.running_max)), deps, counts);
  return counts;
}

async function handleSome<Effect>(
  messages: ReadonlyMap<string, JobMessage>,
  deps: WorkerDeps<Effect>,
  counts: Counts,
): Promise<void> {
  const { store, worker, times } = deps;
  let answers: readonly (ClaimedJob | LaterJob)[];
  try {
    const { lease_ms, early_ms } = times;
    answers = await store.claim({ ids: [...messages.keys()], worker, lease_ms, early_ms });
  } catch {
    counts.lost += messages.size;
    for (const message of messages.values()) message.retry({ delaySeconds: unreachable_s });
    return;
  }
  const named = new Map(answers.map((answer) => [answer.id, answer]));
  const claimed: { readonly job: ClaimedJob; readonly message: JobMessage }[] = [];
  for (const [id, message] of messages) {
    const answer = named.get(id);
    if (answer?.type === "claimed") claimed.push({ job: answer, message });
    else if (answer?.type === "later") {
      counts.later += 1;
      message.retry({ delaySeconds: secondsOf(answer.wait_ms) });
    } else {
      counts.ignored += 1;
      message.ack();
    }
  }
  await runClaimed(claimed, deps, counts);
}

async function runClaimed<Effect>(
  claimed: readonly { readonly job: ClaimedJob; readonly message: JobMessage }[],
  deps: WorkerDeps<Effect>,
  counts: Counts,
): Promise<void> {
  if (claimed.length === 0) return;
  const { store, watcher, now_ms, times } = deps;
  const heart = new Heart({
    beat: (beats, lease_ms) => store.beat(beats, lease_ms),
    publish: (changes) => tell(watcher, changes),
    now_ms,
    times,
  });
  try {
    // Everybody joins before anybody is waited for, so that no lease goes without its heartbeat.
    const runs = claimed.map(({ job, message }) => ({ job, message, running: heart.join(job) }));
    const started = tell(
      watcher,
      claimed.map(({ job: { id, kind } }) => ({ id, kind, status: "running" as const })),
    );
    const attempts = runs.map(async ({ job, message, running }) => {
      const end = await attemptJob(job, running, deps);
      running.leave();
      settle(message, end, deps, counts);
      await started;
      await tell(watcher, [changeOf(job, end)].flat());
    });
    await Promise.all(attempts);
  } finally {
    heart.stop();
  }
}

function settle<Effect>(
  message: JobMessage,
  end: AttemptEnd,
  { times }: WorkerDeps<Effect>,
  counts: Counts,
): void {
  if (end.type === "lost") {
    counts.lost += 1;
    // If nobody else has it, its lease is over by then.
    message.retry({ delaySeconds: secondsOf(times.lease_ms) });
    return;
  }
  if (end.type === "kept" && end.job.status === "queued") {
    counts.failed += 1;
    message.retry({ delaySeconds: secondsOf(end.delay_ms) });
    return;
  }
  if (end.type === "done") counts.done += 1;
  else counts[end.job.status === "cancelled" ? "cancelled" : "dead"] += 1;
  message.ack();
}

function changeOf({ id, kind }: ClaimedJob, end: AttemptEnd) {
  if (end.type === "lost") return [];
  if (end.type === "done") return [{ id, kind, status: "done" as const, progress: 1 }];
  const { status, error } = end.job;
  return [{ id, kind, status, ...(error === null ? {} : { errorCode: error.code }) }];
}

function secondsOf(length_ms: number): number {
  return Math.min(Math.max(Math.ceil(length_ms / 1000), 0), queueDelay_s_max);
}
