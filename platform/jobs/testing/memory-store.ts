import type { Job } from "../../../protocol/jobs.ts";
import { LeaseLostError } from "../errors.ts";
import type { ClaimedJob, JobLease, JobStore, LaterJob } from "../store.ts";

/** A change of something in memory. */
export type MemoryEffect = () => void;

interface Row extends Job {
  readonly payload: unknown;
  readonly checkpoint: unknown;
  readonly result: unknown;
  readonly token: string | null;
  readonly redispatchAt_ms: number;
}

const closed = { token: null, leaseUntil_ms: null } as const;

/**
 * The store of jobs in memory, for tests with a clock of their own. The contract suite holds it to
 * what the store in Postgres does.
 */
export class MemoryJobStore implements JobStore<MemoryEffect> {
  readonly rows = new Map<string, Row>();
  /** Set to have every call fail, as with a database that is down. */
  down = false;
  readonly #now_ms: () => number;
  #tokens = 0;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  async add(job: Parameters<JobStore<MemoryEffect>["add"]>[0]) {
    const now_ms = this.#now();
    const { id, kind, attempts_max, idempotencyKey, delay_ms, grace_ms } = job;
    for (const row of this.rows.values())
      if (idempotencyKey !== null && row.kind === kind && row.idempotencyKey === idempotencyKey)
        return { id: row.id, status: row.status };
    this.rows.set(id, {
      id,
      kind,
      attempts_max,
      idempotencyKey,
      ...closed,
      status: "queued",
      revision: 1,
      attempts: 0,
      progress: 0,
      progressNote: null,
      cancelRequested: false,
      error: null,
      finishedAt_ms: null,
      createdAt_ms: now_ms,
      updatedAt_ms: now_ms,
      runAt_ms: now_ms + delay_ms,
      redispatchAt_ms: now_ms + delay_ms + grace_ms,
      payload: JSON.parse(job.payloadText),
      checkpoint: null,
      result: null,
    });
    return { id, status: "queued" as const };
  }

  async claim({ ids, lease_ms, early_ms }: Parameters<JobStore<MemoryEffect>["claim"]>[0]) {
    const now_ms = this.#now();
    return ids.flatMap((id): (ClaimedJob | LaterJob)[] => {
      const row = this.rows.get(id);
      if (row === undefined || (row.status !== "queued" && row.status !== "running")) return [];
      const free_ms = row.status === "queued" ? row.runAt_ms : (row.leaseUntil_ms ?? 0);
      const early = row.status === "queued" ? early_ms : 0;
      if (free_ms > now_ms + early) return [{ type: "later", id, wait_ms: free_ms - now_ms }];
      if (row.attempts >= row.attempts_max || row.cancelRequested) return [];
      this.#tokens += 1;
      const token = `token-${this.#tokens}`;
      const attempt = row.attempts + 1;
      const leaseUntil_ms = now_ms + lease_ms;
      this.#change(id, { status: "running", token, leaseUntil_ms, attempts: attempt });
      const { kind, payload, checkpoint, attempts_max } = row;
      return [{ type: "claimed", id, token, kind, payload, checkpoint, attempt, attempts_max }];
    });
  }

  async beat(beats: Parameters<JobStore<MemoryEffect>["beat"]>[0], lease_ms: number) {
    const now_ms = this.#now();
    return beats.flatMap((beat) => {
      const row = this.#leased(beat);
      if (row === undefined) return [];
      const { id, progress } = beat;
      const news = progress && { progress: progress.fraction, progressNote: progress.note };
      this.rows.set(id, { ...row, leaseUntil_ms: now_ms + lease_ms });
      if (news !== null) this.#change(id, news);
      return [{ id, cancelRequested: row.cancelRequested }];
    });
  }

  async commit(lease: JobLease, step: Parameters<JobStore<MemoryEffect>["commit"]>[1]) {
    const row = this.#fenced(lease, step.effects);
    const leaseUntil_ms = this.#now() + step.lease_ms;
    const checkpoint =
      step.checkpointText === undefined ? row.checkpoint : JSON.parse(step.checkpointText);
    this.rows.set(row.id, { ...row, leaseUntil_ms, checkpoint });
  }

  async complete(lease: JobLease, end: Parameters<JobStore<MemoryEffect>["complete"]>[1]) {
    const { id } = this.#fenced(lease, end.effects);
    const result: unknown = JSON.parse(end.resultText);
    this.#end(id, { status: "done", result, progress: 1, error: null });
  }

  async fail(lease: JobLease, failure: Parameters<JobStore<MemoryEffect>["fail"]>[1]) {
    const now_ms = this.#now();
    const row = this.#leased(lease);
    if (row === undefined) return undefined;
    const { code, message, permanent, delay_ms, grace_ms } = failure;
    const error = { code, message };
    if (row.cancelRequested) return this.#end(row.id, { status: "cancelled", error });
    if (permanent || row.attempts >= row.attempts_max)
      return this.#end(row.id, { status: "dead", error });
    const runAt_ms = now_ms + delay_ms;
    const redispatchAt_ms = runAt_ms + grace_ms;
    return this.#change(row.id, { ...closed, status: "queued", error, runAt_ms, redispatchAt_ms });
  }

  async endCancelled(lease: JobLease) {
    this.#now();
    const row = this.#leased(lease);
    return row?.cancelRequested ? this.#end(row.id, { status: "cancelled" }) : undefined;
  }

  async sweep({ jobs_max, grace_ms }: Parameters<JobStore<MemoryEffect>["sweep"]>[0]) {
    const now_ms = this.#now();
    const rows = (status: Job["status"]) =>
      [...this.rows.values()].filter((row) => row.status === status);
    const expired = rows("running")
      .filter((row) => (row.leaseUntil_ms ?? 0) <= now_ms)
      .slice(0, jobs_max)
      .map((row) => this.#expire(row, now_ms));
    const redispatch = rows("queued")
      .filter((row) => row.redispatchAt_ms <= now_ms)
      .slice(0, jobs_max);
    for (const row of redispatch)
      this.rows.set(row.id, { ...row, redispatchAt_ms: now_ms + grace_ms });
    const moments = [
      ...rows("running").map((row) => row.leaseUntil_ms ?? 0),
      ...rows("queued").map((row) => row.redispatchAt_ms),
    ];
    return {
      expired,
      redispatch: redispatch.map(({ id }) => ({ id })),
      next_ms: moments.length === 0 ? null : Math.min(...moments),
    };
  }

  async cancel(id: string) {
    this.#now();
    const row = this.rows.get(id);
    if (row?.status === "queued")
      return this.#end(id, { status: "cancelled", cancelRequested: true });
    return row?.status === "running" ? this.#change(id, { cancelRequested: true }) : undefined;
  }

  async requeue(id: string, grace_ms: number) {
    const now_ms = this.#now();
    const row = this.rows.get(id);
    if (row?.status !== "dead" && row?.status !== "cancelled") return undefined;
    return this.#change(id, {
      status: "queued",
      attempts: 0,
      cancelRequested: false,
      finishedAt_ms: null,
      runAt_ms: now_ms,
      redispatchAt_ms: now_ms + grace_ms,
    });
  }

  #expire(row: Row, now_ms: number): Job {
    const error = { code: "lease_expired", message: "The worker fell silent" };
    if (row.cancelRequested) return this.#end(row.id, { status: "cancelled", error });
    if (row.attempts >= row.attempts_max) return this.#end(row.id, { status: "dead", error });
    const again = { status: "queued" as const, runAt_ms: now_ms, redispatchAt_ms: now_ms };
    return this.#change(row.id, { ...closed, ...again, error });
  }

  #now(): number {
    if (this.down) throw new Error("the store is down");
    return this.#now_ms();
  }

  #leased({ id, token }: JobLease): Row | undefined {
    const row = this.rows.get(id);
    return row?.status === "running" && row.token === token ? row : undefined;
  }

  #fenced(lease: JobLease, effects: readonly MemoryEffect[]): Row {
    this.#now();
    const row = this.#leased(lease);
    if (row === undefined) throw new LeaseLostError();
    for (const effect of effects) effect();
    return row;
  }

  #end(id: string, changes: Partial<Row>): Job {
    return this.#change(id, { ...closed, ...changes, finishedAt_ms: this.#now_ms() });
  }

  #change(id: string, changes: Partial<Row>): Row {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`there is no job ${id}`);
    const now_ms = this.#now_ms();
    const changed = { ...row, ...changes, revision: row.revision + 1, updatedAt_ms: now_ms };
    this.rows.set(id, changed);
    return changed;
  }
}
