import { JobCancelledError, LeaseLostError } from "./errors.ts";
import { plainLine } from "./json.ts";
import { type JobTimes, jobLimits } from "./limits.ts";
import type { ClaimedJob, JobBeat, JobPulse } from "./store.ts";
import type { JobChange } from "./watcher.ts";

export interface HeartDeps {
  beat(beats: readonly JobBeat[], lease_ms: number): Promise<readonly JobPulse[]>;
  publish(changes: readonly JobChange[]): Promise<void>;
  readonly now_ms: () => number;
  readonly times: JobTimes;
}

/** One running job, as far as its heartbeat is concerned. */
export interface RunningJob {
  /** Aborts with the reason: `LeaseLostError`, `JobCancelledError`, or what `stop` was given. */
  readonly signal: AbortSignal;
  progress(fraction: number, note?: string): void;
  stop(reason: Error): void;
  /** Ends its heartbeat. */
  leave(): void;
}

interface Member extends RunningJob {
  readonly job: ClaimedJob;
  /** News that no beat has carried yet. */
  news: JobBeat["progress"];
}

/**
 * Keeps the leases of all that one worker runs, in one statement a beat. A beat is due when the
 * last is `heartbeat_ms` ago, or earlier when there is news of progress, yet never more often than
 * every `progress_ms`. Its answer says which jobs shall stop.
 */
export class Heart {
  readonly #deps: HeartDeps;
  readonly #members = new Map<string, Member>();
  readonly #timer: ReturnType<typeof setInterval>;
  #lastTry_ms: number;
  #lastSuccess_ms: number;
  #beating = false;

  constructor(deps: HeartDeps) {
    this.#deps = deps;
    this.#lastTry_ms = this.#lastSuccess_ms = deps.now_ms();
    const { heartbeat_ms, progress_ms } = deps.times;
    this.#timer = setInterval(() => void this.#tick(), Math.min(heartbeat_ms, progress_ms));
  }

  join(job: ClaimedJob): RunningJob {
    const controller = new AbortController();
    const member: Member = {
      job,
      news: null,
      signal: controller.signal,
      progress: (fraction, note) => {
        const line = note === undefined ? null : plainLine(note, jobLimits.progressNote_length_max);
        member.news = { fraction: Math.min(Math.max(fraction, 0), 1) || 0, note: line };
      },
      stop: (reason) => controller.abort(reason),
      leave: () => this.#members.delete(job.token),
    };
    this.#members.set(job.token, member);
    return member;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    const { now_ms, times } = this.#deps;
    const members = [...this.#members.values()];
    const due = now_ms() - this.#lastTry_ms >= times.heartbeat_ms;
    const news = members.some((member) => member.news !== null);
    if (this.#beating || members.length === 0 || !(due || news)) return;
    this.#beating = true;
    this.#lastTry_ms = now_ms();
    try {
      await this.#beat(members);
      this.#lastSuccess_ms = now_ms();
    } catch {
      // Heard nothing for a whole lease: the jobs may be another's by now.
      if (now_ms() - this.#lastSuccess_ms >= times.lease_ms)
        for (const member of members) member.stop(new LeaseLostError());
    } finally {
      this.#beating = false;
    }
  }

  async #beat(members: readonly Member[]): Promise<void> {
    const told = members.map((member) => {
      const { job, news } = member;
      member.news = null;
      return { member, news, beat: { id: job.id, token: job.token, progress: news } };
    });
    const pulses = await this.#deps.beat(
      told.map(({ beat }) => beat),
      this.#deps.times.lease_ms,
    );
    const answers = new Map(pulses.map((pulse) => [pulse.id, pulse]));
    for (const { member } of told) {
      const answer = answers.get(member.job.id);
      if (answer === undefined) member.stop(new LeaseLostError());
      else if (answer.cancelRequested) member.stop(new JobCancelledError());
    }
    await this.#deps.publish(
      told.flatMap(({ member: { job }, news }) =>
        news === null || !answers.has(job.id)
          ? []
          : [
              {
                id: job.id,
                kind: job.kind,
                status: "running" as const,
                progress: news.fraction,
                progressNote: news.note,
              },
            ],
      ),
    );
  }
}
