import { describe, expect, test } from "vitest";
import { LeaseLostError } from "../../platform/jobs/errors.ts";
import type { ClaimedJob } from "../../platform/jobs/store.ts";
import { newJob, onEachStore, type StoreUnderTest } from "./jobs-stores.ts";

const lease_ms = 30_000;

/** Claims one job that must be there for the taking. */
async function claimOne(
  { store }: StoreUnderTest<unknown>,
  id: string,
  worker = "one",
): Promise<ClaimedJob> {
  const [claimed] = await store.claim({ ids: [id], worker, lease_ms, early_ms: 0 });
  if (claimed?.type !== "claimed") throw new Error(`job ${id} was not claimed`);
  return claimed;
}

const failure = (changes: object = {}) => ({
  code: "boom",
  message: "It broke",
  permanent: false,
  delay_ms: 60_000,
  grace_ms: 5_000,
  ...changes,
});

onEachStore("the store of jobs", (given) => {
  /** A job that one worker runs. */
  const running = async (changes: Parameters<typeof newJob>[0] = {}) => {
    const job = newJob(changes);
    await given().store.add(job);
    return await claimOne(given(), job.id);
  };

  describe("queueing", () => {
    test("keeps a job and hands it out with what it was given", async () => {
      const job = newJob({ payloadText: '{"deep":[1,"two",null,{"é":"😀\\\\u0000"}]}' });
      expect(await given().store.add(job)).toEqual({ id: job.id, status: "queued" });
      expect(await claimOne(given(), job.id)).toMatchObject({
        kind: "test.note",
        payload: JSON.parse(job.payloadText),
        checkpoint: null,
        attempt: 1,
        attempts_max: 3,
      });
    });

    test("keeps one job of a kind and idempotency key, however often and at once it is asked", async () => {
      const jobs = Array.from({ length: 8 }, () => newJob({ idempotencyKey: "today" }));
      const added = await Promise.all(jobs.map((job) => given().store.add(job)));
      expect(new Set(added.map(({ id }) => id)).size).toBe(1);
      const other = newJob({ kind: "test.other", idempotencyKey: "today" });
      expect(await given().store.add(other)).toMatchObject({ id: other.id });
      const without = newJob();
      expect(await given().store.add(without)).toMatchObject({ id: without.id });
    });

    test("tells the status of the job that has the key already", async () => {
      const done = await running({ idempotencyKey: "once" });
      await given().store.complete(done, { effects: [], resultText: "null" });
      const again = newJob({ idempotencyKey: "once" });
      expect(await given().store.add(again)).toEqual({ id: done.id, status: "done" });
    });
  });

  describe("claiming", () => {
    test("gives each job to one of many workers that ask at once", async () => {
      const jobs = Array.from({ length: 12 }, () => newJob());
      for (const job of jobs) await given().store.add(job);
      const ids = jobs.map(({ id }) => id);
      const claims = await Promise.all(
        ["a", "b", "c", "d"].map((worker) =>
          given().store.claim({ ids, worker, lease_ms, early_ms: 0 }),
        ),
      );
      const claimed = claims.flat().filter((answer) => answer.type === "claimed");
      expect(claimed.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(new Set(claimed.map(({ token }) => token)).size).toBe(12);
    });

    test("says how long a job is not due yet, and takes it when it is, or nearly is", async () => {
      const job = newJob({ delay_ms: 10_000 });
      await given().store.add(job);
      const ask = (early_ms: number) =>
        given().store.claim({ ids: [job.id], worker: "one", lease_ms, early_ms });
      const [later] = await ask(0);
      if (later?.type !== "later") throw new Error("it is not due");
      expect(later.wait_ms).toBeGreaterThan(5_000);
      expect(later.wait_ms).toBeLessThanOrEqual(10_000);
      expect(await ask(20_000)).toMatchObject([{ type: "claimed" }]);
    });

    test("says how long another worker's lease lasts, and takes the job when it is over", async () => {
      const first = await running();
      const ids = [first.id];
      const [later] = await given().store.claim({ ids, worker: "two", lease_ms, early_ms: 9e9 });
      if (later?.type !== "later") throw new Error("it is leased");
      expect(later.wait_ms).toBeGreaterThan(lease_ms / 2);
      expect(later.wait_ms).toBeLessThanOrEqual(lease_ms);
      await given().pass(lease_ms);
      const second = await claimOne(given(), first.id, "two");
      expect(second.attempt).toBe(2);
      expect(second.token).not.toBe(first.token);
    });

    test("says nothing of jobs that have ended, were asked to stop, or never were", async () => {
      const done = await running();
      await given().store.complete(done, { effects: [], resultText: "null" });
      const stopping = await running();
      await given().store.cancel(stopping.id);
      await given().pass(lease_ms);
      const ids = [done.id, stopping.id, crypto.randomUUID()];
      expect(await given().store.claim({ ids, worker: "two", lease_ms, early_ms: 0 })).toEqual([]);
    });

    test("does not hand out a job whose attempts are used up", async () => {
      const { id } = await running({ attempts_max: 1 });
      await given().pass(lease_ms);
      const claim = { ids: [id], worker: "two", lease_ms, early_ms: 0 };
      expect(await given().store.claim(claim)).toEqual([]);
    });
  });

  describe("effects", () => {
    test("commit together with the end of the job", async () => {
      const job = await running();
      const effects = [given().note("one"), given().note("two")];
      await given().store.complete(job, { effects, resultText: '{"n":2}' });
      expect(await given().notes()).toEqual(["one", "two"]);
      expect(await given().read(job.id)).toMatchObject({
        status: "done",
        result: { n: 2 },
        progress: 1,
        leaseUntil_ms: null,
      });
    });

    test("commit in parts, each with the checkpoint from which the next attempt starts", async () => {
      const first = await running();
      const step = { effects: [given().note("one")], checkpointText: '{"at":1}', lease_ms };
      await given().store.commit(first, step);
      await given().pass(lease_ms);
      const second = await claimOne(given(), first.id, "two");
      expect(second.checkpoint).toEqual({ at: 1 });
      // A part without a checkpoint leaves the last one as it is.
      await given().store.commit(second, { effects: [], checkpointText: undefined, lease_ms });
      await given().pass(lease_ms);
      expect((await claimOne(given(), first.id, "three")).checkpoint).toEqual({ at: 1 });
    });

    test("of a worker whose job is another's are refused, whatever it tries", async () => {
      const zombie = await running();
      await given().pass(lease_ms);
      const heir = await claimOne(given(), zombie.id, "two");
      const { store } = given();
      const effects = [given().note("from the dead")];
      const step = { effects, checkpointText: '"stolen"', lease_ms };
      await expect(store.commit(zombie, step)).rejects.toBeInstanceOf(LeaseLostError);
      const end = { effects, resultText: '"stolen"' };
      await expect(store.complete(zombie, end)).rejects.toBeInstanceOf(LeaseLostError);
      await expect(store.complete(zombie, { ...end, effects: [] })).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      expect(await store.fail(zombie, failure({ permanent: true }))).toBeUndefined();
      expect(await store.endCancelled(zombie)).toBeUndefined();
      expect(await store.beat([{ ...zombie, progress: null }], lease_ms)).toEqual([]);
      await store.complete(heir, {
        effects: [given().note("from the heir")],
        resultText: '"fair"',
      });
      await expect(store.complete(heir, end)).rejects.toBeInstanceOf(LeaseLostError);
      expect(await given().notes()).toEqual(["from the heir"]);
      expect(await given().read(heir.id)).toMatchObject({ status: "done", result: "fair" });
    });

    test("of a worker that was slow commit as long as nobody else has the job", async () => {
      const job = await running();
      await given().pass(lease_ms * 2);
      await given().store.complete(job, { effects: [given().note("late")], resultText: "null" });
      expect(await given().notes()).toEqual(["late"]);
    });
  });

  describe("heartbeats", () => {
    test("renew the lease", async () => {
      const job = await running();
      await given().pass(lease_ms - 1_000);
      await given().store.beat([{ ...job, progress: null }], lease_ms);
      await given().pass(lease_ms - 1_000);
      const [answer] = await given().store.claim({
        ids: [job.id],
        worker: "two",
        lease_ms,
        early_ms: 0,
      });
      expect(answer?.type).toBe("later");
    });

    test("publish progress, and raise the revision only when there is news", async () => {
      const job = await running();
      const before = await given().read(job.id);
      await given().store.beat([{ ...job, progress: null }], lease_ms);
      expect(await given().read(job.id)).toMatchObject({ revision: before.revision });
      await given().store.beat([{ ...job, progress: { fraction: 0.5, note: "half" } }], lease_ms);
      expect(await given().read(job.id)).toMatchObject({
        revision: before.revision + 1,
        progress: 0.5,
        progressNote: "half",
      });
      await given().store.beat([{ ...job, progress: { fraction: 0.75, note: null } }], lease_ms);
      expect(await given().read(job.id)).toMatchObject({ progress: 0.75, progressNote: null });
    });

    test("answer for each job of many, and for lost ones not at all", async () => {
      const jobs = [await running(), await running(), await running()];
      const [first, second, third] = jobs;
      if (!first || !second || !third) throw new Error("three jobs run");
      await given().store.cancel(second.id);
      await given().store.complete(third, { effects: [], resultText: "null" });
      const answers = await given().store.beat(
        jobs.map((job) => ({ ...job, progress: null })),
        lease_ms,
      );
      expect(new Map(answers.map((answer) => [answer.id, answer.cancelRequested]))).toEqual(
        new Map([
          [first.id, false],
          [second.id, true],
        ]),
      );
    });
  });

  describe("failing", () => {
    test("queues the job for its next attempt, after the delay", async () => {
      const job = await running();
      const kept = await given().store.fail(job, failure());
      expect(kept).toMatchObject({
        status: "queued",
        attempts: 1,
        error: { code: "boom", message: "It broke" },
        leaseUntil_ms: null,
      });
      const claim = { ids: [job.id], worker: "two", lease_ms, early_ms: 0 };
      expect(await given().store.claim(claim)).toMatchObject([{ type: "later" }]);
      await given().pass(60_000);
      expect(await claimOne(given(), job.id, "two")).toMatchObject({ attempt: 2 });
    });

    test("ends the job when it was its last attempt, or when another cannot help", async () => {
      const last = await running({ attempts_max: 1 });
      expect(await given().store.fail(last, failure())).toMatchObject({ status: "dead" });
      const hopeless = await running();
      const kept = await given().store.fail(hopeless, failure({ permanent: true }));
      expect(kept).toMatchObject({ status: "dead", attempts: 1 });
      expect(kept?.finishedAt_ms).toBeTypeOf("number");
    });

    test("is forgotten once a later attempt succeeds", async () => {
      const job = await running();
      await given().store.fail(job, failure({ delay_ms: 0 }));
      const again = await claimOne(given(), job.id);
      await given().store.complete(again, { effects: [], resultText: "null" });
      expect(await given().read(job.id)).toMatchObject({ status: "done", error: null });
    });
  });

  describe("cancelling", () => {
    test("ends a queued job at once", async () => {
      const job = newJob();
      await given().store.add(job);
      expect(await given().store.cancel(job.id)).toMatchObject({
        status: "cancelled",
        cancelRequested: true,
      });
      const claim = { ids: [job.id], worker: "one", lease_ms, early_ms: 0 };
      expect(await given().store.claim(claim)).toEqual([]);
    });

    test("ends a running job when its worker has heard of it, and not before anybody asked", async () => {
      const job = await running();
      expect(await given().store.endCancelled(job)).toBeUndefined();
      expect(await given().store.cancel(job.id)).toMatchObject({
        status: "running",
        cancelRequested: true,
      });
      expect(await given().store.endCancelled(job)).toMatchObject({ status: "cancelled" });
    });

    test("wins over another attempt of a job that fails", async () => {
      const job = await running();
      await given().store.cancel(job.id);
      expect(await given().store.fail(job, failure())).toMatchObject({ status: "cancelled" });
    });

    test("comes too late for a job that completes first, and for one that has ended", async () => {
      const job = await running();
      await given().store.cancel(job.id);
      await given().store.complete(job, { effects: [], resultText: "null" });
      expect(await given().store.cancel(job.id)).toBeUndefined();
      expect(await given().read(job.id)).toMatchObject({ status: "done" });
      expect(await given().store.cancel(crypto.randomUUID())).toBeUndefined();
    });
  });

  describe("queueing anew", () => {
    test("gives a dead job all its attempts, and it goes on from its checkpoint", async () => {
      const job = await running({ attempts_max: 1 });
      await given().store.commit(job, { effects: [], checkpointText: "7", lease_ms });
      await given().store.fail(job, failure());
      expect(await given().store.requeue(job.id, 5_000)).toMatchObject({
        status: "queued",
        attempts: 0,
        finishedAt_ms: null,
      });
      expect(await claimOne(given(), job.id)).toMatchObject({ attempt: 1, checkpoint: 7 });
    });

    test("forgets that the job was cancelled", async () => {
      const job = newJob();
      await given().store.add(job);
      await given().store.cancel(job.id);
      expect(await given().store.requeue(job.id, 0)).toMatchObject({ cancelRequested: false });
      await claimOne(given(), job.id);
    });

    test("does nothing to a job that waits, runs or is done", async () => {
      const job = newJob();
      await given().store.add(job);
      expect(await given().store.requeue(job.id, 0)).toBeUndefined();
      const claimed = await claimOne(given(), job.id);
      expect(await given().store.requeue(job.id, 0)).toBeUndefined();
      await given().store.complete(claimed, { effects: [], resultText: "null" });
      expect(await given().store.requeue(job.id, 0)).toBeUndefined();
    });
  });

  describe("sweeping", () => {
    const sweep = (jobs_max = 100) => given().store.sweep({ jobs_max, grace_ms: 60_000 });

    test("finds nothing when nothing is open, and says so", async () => {
      const done = await running();
      await given().store.complete(done, { effects: [], resultText: "null" });
      expect(await sweep()).toEqual({ expired: [], redispatch: [], next_ms: null });
    });

    test("takes a job back from a worker that fell silent, and sends it on at once", async () => {
      const job = await running();
      expect(await sweep()).toMatchObject({ expired: [], redispatch: [] });
      await given().pass(lease_ms);
      expect(await sweep()).toMatchObject({
        expired: [{ id: job.id, status: "queued", error: { code: "lease_expired" } }],
        redispatch: [{ id: job.id }],
      });
      expect(await claimOne(given(), job.id, "two")).toMatchObject({ attempt: 2 });
      await expect(
        given().store.complete(job, { effects: [], resultText: "null" }),
      ).rejects.toBeInstanceOf(LeaseLostError);
    });

    test("gives up a job that took its worker down at every attempt", async () => {
      const job = await running({ attempts_max: 1 });
      await given().pass(lease_ms);
      expect(await sweep()).toMatchObject({
        expired: [{ id: job.id, status: "dead", error: { code: "lease_expired" } }],
        redispatch: [],
        next_ms: null,
      });
    });

    test("ends a job that was cancelled while its worker was dying", async () => {
      const job = await running();
      await given().store.cancel(job.id);
      await given().pass(lease_ms);
      expect(await sweep()).toMatchObject({ expired: [{ id: job.id, status: "cancelled" }] });
    });

    test("sends an id again when its message must be lost, once in each time of grace", async () => {
      const job = newJob({ grace_ms: 10_000 });
      await given().store.add(job);
      expect(await sweep()).toMatchObject({ redispatch: [] });
      await given().pass(10_000);
      expect(await sweep()).toMatchObject({ redispatch: [{ id: job.id }] });
      expect(await sweep()).toMatchObject({ redispatch: [] });
      await given().pass(60_000);
      expect(await sweep()).toMatchObject({ redispatch: [{ id: job.id }] });
    });

    test("sends a job that is far off only when it is due", async () => {
      const job = newJob({ delay_ms: 86_400_000, grace_ms: 0 });
      await given().store.add(job);
      expect(await sweep()).toMatchObject({ redispatch: [] });
      await given().pass(86_400_000);
      expect(await sweep()).toMatchObject({ redispatch: [{ id: job.id }] });
    });

    test("touches no more jobs than it may, and leaves the rest to the next", async () => {
      for (let count = 0; count < 5; count += 1) {
        await running();
        await given().store.add(newJob({ grace_ms: 1_000 }));
      }
      await given().pass(lease_ms);
      let expired = 0;
      const sent = new Set<string>();
      for (let sweeps = 0; sweeps < 5; sweeps += 1) {
        const report = await sweep(2);
        expect(report.expired.length).toBeLessThanOrEqual(2);
        expect(report.redispatch.length).toBeLessThanOrEqual(2);
        expired += report.expired.length;
        for (const { id } of report.redispatch) sent.add(id);
      }
      expect(expired).toBe(5);
      expect(sent.size).toBe(10);
      expect((await sweep(2)).redispatch).toEqual([]);
    });

    test("says when the next one can find anything", async () => {
      const { id } = await running();
      const { leaseUntil_ms } = await given().read(id);
      await given().store.add(newJob({ delay_ms: 3_600_000 }));
      expect((await sweep()).next_ms).toBe(leaseUntil_ms);
    });
  });
});
