import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { insertJob } from "../../db/queries/job-add.ts";
import { claimJobs } from "../../db/queries/job-claim.ts";
import { beatJobs } from "../../db/queries/job-heartbeat.ts";
import {
  commitJob,
  completeJob,
  endCancelledJob,
  failJob,
  type JobEffect,
} from "../../db/queries/job-lease.ts";
import type { PostgresInfo } from "../../local/postgres/start.ts";
import { startPart } from "../../local/process/spawn.ts";
import { handleJobBatch, type WorkerDeps } from "../../platform/jobs/consume.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import { defaultJobTimes } from "../../platform/jobs/limits.ts";
import { MemoryJobQueue } from "../../platform/jobs/testing/memory-queue.ts";
import type { BenchResult } from "../run.ts";

const ready_ms_max = 90_000;
const jobs = 600;
const batch_max = 10;
const workers = 4;

/**
 * How many jobs a second get done when each has one effect in the database: claimed in batches of
 * ten as Cloudflare Queues delivers them, by four consumers at once, over the Neon driver against
 * the local gateway. The queue itself is in memory, so the figure is what the table allows.
 */
export async function bench(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-jobs-"));
  process.stderr.write("starting Postgres behind its gateway\n");
  const postgres = await startPart<PostgresInfo>(
    new URL("../../local/postgres/main.ts", import.meta.url),
    { folder: join(folder, "postgres"), port: 0, databaseUrl: process.env.DATABASE_URL },
    ready_ms_max,
  );
  try {
    await migrateDatabase(postgres.info);
    const db = createDb(postgres.info);
    // A table that no other part has, since a real server may be somebody's own.
    await db.execute(sql`create table if not exists bench_effect (job uuid)`);
    process.stderr.write(`running ${jobs} jobs on ${postgres.info.engine}\n`);
    const took_s = await run(db);
    const { rows } = await db.execute<{ done: number }>(
      sql`select count(distinct job)::integer as done from bench_effect`,
    );
    if (rows[0]?.done !== jobs) throw new Error(`${rows[0]?.done} of ${jobs} jobs got done`);
    await db.batch([
      db.execute(sql`drop table bench_effect`),
      db.execute(sql`delete from job where kind = 'bench.effect'`),
    ]);
    return { jobs_per_s: Math.round(jobs / took_s) };
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Queues the jobs, then times how long the workers take to have them all done. */
async function run(db: Db): Promise<number> {
  const queue = new MemoryJobQueue(Date.now);
  for (let made = 0; made < jobs; made += batch_max) {
    const ids = Array.from({ length: batch_max }, () => crypto.randomUUID());
    const [first, ...rest] = ids.map((id) => insertJob(db, newJob(id)));
    if (first !== undefined) await db.batch([first, ...rest]);
    await queue.sendMany(ids);
  }
  const deps = depsOf(db);
  let done = 0;
  const work = async () => {
    for (;;) {
      const batch = queue.take(batch_max);
      if (batch.messages.length === 0) return;
      const report = await handleJobBatch(batch, deps);
      done += report.done;
    }
  };
  const began_ms = performance.now();
  await Promise.all(Array.from({ length: workers }, work));
  const took_s = (performance.now() - began_ms) / 1000;
  if (done !== jobs) throw new Error(`${done} of ${jobs} jobs were reported done`);
  return took_s;
}

function newJob(id: string) {
  return {
    id,
    kind: "bench.effect",
    payloadText: "{}",
    attempts_max: 3,
    delay_ms: 0,
    grace_ms: 120_000,
    idempotencyKey: null,
  };
}

function depsOf(db: Db): WorkerDeps<JobEffect> {
  return {
    store: {
      claim: (claim) => claimJobs(db, claim),
      beat: (beats, lease_ms) => beatJobs(db, beats, lease_ms),
      commit: (lease, step) => commitJob(db, lease, step),
      complete: (lease, end) => completeJob(db, lease, end),
      fail: (lease, failure) => failJob(db, lease, failure),
      endCancelled: (lease) => endCancelledJob(db, lease),
    },
    kinds: {
      "bench.effect": jobKind<JobEffect>()({
        payload: z.object({}),
        result: z.null(),
        run: async ({ id }) => ({
          result: null,
          effects: [db.execute(sql`insert into bench_effect (job) values (${id})`)],
        }),
      }),
    },
    times: defaultJobTimes,
    worker: "bench",
    random: Math.random,
    now_ms: Date.now,
  };
}
