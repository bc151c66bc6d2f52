import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { sqlState } from "../../db/client.ts";
import { insertJob } from "../../db/queries/job-add.ts";
import { countJobs, listJobs } from "../../db/queries/job-read.ts";
import { createJobKinds } from "../../functions/jobs/kinds.ts";
import { handleJobBatch } from "../../platform/jobs/consume.ts";
import { enqueueJob } from "../../platform/jobs/enqueue.ts";
import { LeaseLostError } from "../../platform/jobs/errors.ts";
import { defaultJobTimes } from "../../platform/jobs/limits.ts";
import { memorySweepMarker } from "../../platform/jobs/testing/memory-marker.ts";
import { MemoryJobQueue } from "../../platform/jobs/testing/memory-queue.ts";
import { forAll } from "../../platform/testing/random.ts";
import { newJob, onEachPostgres, type PostgresUnderTest } from "./jobs-stores.ts";
import { rejection } from "./neon-engines.ts";

const day_ms = 86_400_000;
const lease_ms = 30_000;

const claim = async ({ store }: PostgresUnderTest, id: string) => {
  const [claimed] = await store.claim({ ids: [id], worker: "one", lease_ms, early_ms: 0 });
  if (claimed?.type !== "claimed") throw new Error(`job ${id} was not claimed`);
  return claimed;
};

onEachPostgres("jobs in Postgres", (given) => {
  test("a job can be kept in one batch with the rows that it is about, or not at all", async () => {
    const { db, note, notes, store } = given();
    const kept = newJob();
    await db.batch([insertJob(db, kept), note.call(given(), "about it")]);
    const refused = newJob();
    const bad = db.batch([insertJob(db, refused), note.call(given(), "")]);
    expect(sqlState(await rejection(bad))).toBe("23514");
    expect(await notes.call(given())).toEqual(["about it"]);
    const claims = { ids: [kept.id, refused.id], worker: "one", lease_ms, early_ms: 0 };
    expect((await store.claim(claims)).map(({ id }) => id)).toEqual([kept.id]);
  });

  test("effects commit all or none: one that fails takes checkpoint, end and the others with it", async () => {
    const { store } = given();
    const job = newJob();
    await store.add(job);
    const claimed = await claim(given(), job.id);
    const effects = [given().note("first"), given().note("")];
    const step = { effects, checkpointText: "1", lease_ms };
    await expect(store.commit(claimed, step)).rejects.not.toBeInstanceOf(LeaseLostError);
    await expect(store.complete(claimed, { effects, resultText: "1" })).rejects.toThrow();
    expect(await given().notes()).toEqual([]);
    expect(await given().read(job.id)).toMatchObject({ status: "running", result: null });
    await store.complete(claimed, { effects: [given().note("again")], resultText: "2" });
    expect(await given().notes()).toEqual(["again"]);
  });

  test("an effect's own error is not taken for a lost lease, even one about a number", async () => {
    const { db, store } = given();
    const job = newJob();
    await store.add(job);
    const claimed = await claim(given(), job.id);
    const effects = [db.execute(sql`select cast(${"lease"} || '_lost' as integer)`)];
    const refused = await rejection(store.complete(claimed, { effects, resultText: "1" }));
    // Whoever writes the very same word is taken at it: nothing was done, and the attempt ends.
    expect(refused).toBeInstanceOf(LeaseLostError);
    const other = [db.execute(sql`select cast(${"twelve"} as integer)`)];
    const error = await rejection(store.complete(claimed, { effects: other, resultText: "1" }));
    expect(error).not.toBeInstanceOf(LeaseLostError);
    expect(sqlState(error)).toBe("22P02");
  });

  test("when an old worker completes at the moment a new one claims, exactly one gets its way", async () => {
    let zombies = 0;
    await forAll(40, async (random) => {
      const { store } = given();
      const job = newJob();
      await store.add(job);
      const old = await claim(given(), job.id);
      await given().pass(lease_ms);
      const claims = { ids: [job.id], worker: "two", lease_ms, early_ms: 0 };
      const end = { effects: [given().note(job.id)], resultText: '"old"' };
      // Now one is first, now the other, and often they meet.
      const pauses_ms = [random.below(4), random.below(4)];
      const completing = pause(pauses_ms[0])
        .then(() => store.complete(old, end))
        .then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(LeaseLostError);
            return false;
          },
        );
      const claiming = pause(pauses_ms[1]).then(() => store.claim(claims));
      const [completed, claimed] = await Promise.all([completing, claiming]);
      const reclaimed = claimed.some(({ type }) => type === "claimed");
      expect(completed && reclaimed).toBe(false);
      // The claim may have skipped the row while it was locked; then the old worker had its way.
      expect(completed || reclaimed).toBe(true);
      if (!completed) zombies += 1;
      const lines = (await given().notes()).filter((line) => line === job.id);
      expect(lines).toHaveLength(completed ? 1 : 0);
    });
    console.log(`the new worker won ${zombies} of 40 times`);
  });

  test("a payload that jsonb would spell out too long is refused by the table itself", async () => {
    const numbers = `[${Array(250).fill("1e300").join(",")}]`;
    const refused = given().store.add(newJob({ payloadText: numbers }));
    expect(sqlState(await rejection(refused))).toBe("23514");
  });

  test("pages of a list join without gap or repetition, whatever comes in between", async () => {
    const { db, store } = given();
    const ids: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      const job = newJob();
      await store.add(job);
      await store.cancel(job.id);
      ids.push(job.id);
    }
    // Some at the very same moment, so that the id must decide.
    await db.execute(sql`update job set created_at = date_trunc('minute', now())
      where id in (${ids[1]}, ${ids[2]}, ${ids[3]})`);
    const seen: string[] = [];
    let after: { createdAt_ms: number; id: string } | undefined;
    for (;;) {
      const page = await listJobs(db, "cancelled", 2, after);
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (page.length < 2 || last === undefined) break;
      after = last;
      const newcomer = newJob();
      await store.add(newcomer);
      await store.cancel(newcomer.id);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(await listJobs(db, "dead", 2, undefined)).toEqual([]);
  });

  test("counts what waits, runs and is given up, and how long the oldest has waited", async () => {
    const { db, store } = given();
    expect(await countJobs(db)).toEqual({ queued: 0, running: 0, dead: 0, oldestDue_ms: 0 });
    const jobs = [newJob(), newJob(), newJob({ delay_ms: day_ms })];
    for (const job of jobs) await store.add(job);
    await given().pass(90_000);
    await claim(given(), jobs[0]?.id ?? "");
    const counts = await countJobs(db);
    expect(counts).toMatchObject({ queued: 2, running: 1, dead: 0 });
    expect(counts.oldestDue_ms).toBeGreaterThanOrEqual(90_000);
    expect(counts.oldestDue_ms).toBeLessThan(day_ms);
  });

  test("what the sweep, the list and the pruning look for has an index that serves it", async () => {
    const indexes = await indexesUsed(given(), [
      sql`select id from job where status = 'running' and lease_until <= now() order by lease_until limit 5`,
      sql`select id from job where status = 'queued' and redispatch_at <= now() order by redispatch_at limit 5`,
      sql`select id from job where status = 'dead' order by created_at desc, id desc limit 5`,
      sql`select id from job where finished_at is not null and finished_at < now() order by finished_at limit 5`,
    ]);
    expect(indexes).toEqual([
      "job_lease_until_idx",
      "job_redispatch_at_idx",
      "job_status_created_at_idx",
      "job_finished_at_idx",
    ]);
  });

  test("pruning deletes what ended long ago, in slices, and nothing else", async () => {
    const { db, store } = given();
    const old: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const job = newJob();
      await store.add(job);
      await store.cancel(job.id);
      old.push(job.id);
    }
    await db.execute(sql`insert into job (id, kind, payload, attempts_max, redispatch_at, status, finished_at)
      select gen_random_uuid(), 'test.note', '1', 1, now(), 'cancelled', now() from generate_series(1, 1200)`);
    const dead = newJob({ attempts_max: 1 });
    await store.add(dead);
    const failure = { code: "a", message: "b", permanent: true, delay_ms: 0, grace_ms: 0 };
    await store.fail(await claim(given(), dead.id), failure);
    await given().pass(20 * day_ms);
    const young = newJob();
    await store.add(young);
    await store.cancel(young.id);
    const open = newJob();
    await store.add(open);

    const queue = new MemoryJobQueue(Date.now);
    const kinds = createJobKinds(db);
    const newId = () => crypto.randomUUID();
    const deps = {
      store,
      queue,
      kinds,
      newId,
      marker: memorySweepMarker(),
      times: defaultJobTimes,
    };
    const input = { days: 14, deadDays: 90 };
    const { id } = await enqueueJob(deps, "maintenance.prune", input, { idempotencyKey: "today" });
    const worker = { ...deps, worker: "test", random: Math.random, now_ms: Date.now };
    expect(await handleJobBatch(queue.take(10), worker)).toMatchObject({ done: 1 });
    expect((await given().read(id)).result).toEqual({ deleted: 1203, more: false });
    const { rows } = await db.execute<{ id: string }>(sql`select id from job`);
    expect(rows.map((row) => row.id).sort()).toEqual([dead.id, young.id, open.id, id].sort());

    await given().pass(90 * day_ms);
    await enqueueJob(deps, "maintenance.prune", input, { idempotencyKey: "later" });
    expect(await handleJobBatch(queue.take(10), worker)).toMatchObject({ done: 1 });
    const left = await db.execute<{ id: string }>(sql`select id from job where status = 'dead'`);
    expect(left.rows).toEqual([]);
  });
});

/** Names of the indexes by which Postgres would run these, were the table too large to read whole. */
async function indexesUsed(
  { db }: PostgresUnderTest,
  queries: readonly ReturnType<typeof sql>[],
): Promise<readonly string[]> {
  const explained = await db.batch([
    db.execute(sql`set local enable_seqscan = off`),
    db.execute(sql`set local enable_sort = off`),
    db.execute(sql`set local enable_bitmapscan = off`),
    ...queries.map((query) => db.execute(sql`explain ${query}`)),
  ]);
  return explained
    .slice(3)
    .map(({ rows }) => /using (\w+)/.exec(JSON.stringify(rows))?.[1] ?? "none");
}
