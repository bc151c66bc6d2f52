import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { enqueueJob } from "../../platform/jobs/enqueue.ts";
import { sweepJobs } from "../../platform/jobs/sweep.ts";
import { type Random, seededRandom } from "../../platform/testing/random.ts";
import { onEachPostgres, type PostgresUnderTest } from "../contract/jobs-stores.ts";
import { faultKinds } from "./jobs-worker.ts";
import {
  bundleFaultWorker,
  type Cashier,
  FaultWorker,
  FaultyQueue,
  faultTimes,
  startCashier,
} from "./jobs-world.ts";

const kills = 50;
const workers_max = 4;
const open_min = 20;
const sweep_every_ms = 300;
const test_ms_max = 240_000;
const seed = Number(process.env.SEED) || Date.now() % 2_147_483_647;

/** Always due: in these tests the sweep itself is what matters, not when it may sleep. */
const restless = { soon: async () => {}, due: async () => true, next: async () => {} };

/** Workers, their queue and the cron, all of which may fail; only the table is sound. */
class World {
  readonly random: Random = seededRandom(seed);
  readonly queue = new FaultyQueue(this.random);
  readonly jobs = new Map<string, { readonly parts: number; readonly charge: boolean }>();
  workers: FaultWorker[] = [];
  readonly #given: PostgresUnderTest;
  readonly #cashier: Cashier;
  readonly #entry: string;
  #names = 0;
  #swept_ms = 0;
  /** Jobs neither done nor dead, as the last sweep left them. */
  open = 0;

  constructor(given: PostgresUnderTest, cashier: Cashier, entry: string) {
    this.#entry = entry;
    this.#given = given;
    this.#cashier = cashier;
  }

  get #deps() {
    const { db, store } = this.#given;
    const kinds = faultKinds(db, this.#cashier.url);
    const newId = () => crypto.randomUUID();
    const world = { queue: this.queue, marker: restless, times: faultTimes, now_ms: Date.now };
    return { ...world, store, kinds, newId };
  }

  async enqueue(pause_ms = this.random.below(60)): Promise<string> {
    const payload = { parts: 1 + this.random.below(4), charge: this.random.next() < 0.3 };
    const { id } = await enqueueJob(this.#deps, "fault.parts", { ...payload, pause_ms });
    this.jobs.set(id, payload);
    this.open += 1;
    return id;
  }

  /** One turn of the world: dead workers replaced, due messages delivered, now and then a sweep. */
  async turn(): Promise<void> {
    for (const worker of this.workers) if (worker.dead) await worker.kill();
    this.workers = this.workers.filter((worker) => !worker.dead);
    while (this.workers.length < workers_max) this.workers.push(this.#spawn());
    for (const worker of this.workers) {
      if (!worker.ready || worker.busy) continue;
      const messages = this.queue.take(1 + this.random.below(4));
      if (messages.length > 0) worker.give(messages);
    }
    if (performance.now() - this.#swept_ms > sweep_every_ms) {
      await sweepJobs(this.#deps);
      this.open = await this.#countOpen();
      this.#swept_ms = performance.now();
    }
    await pause(5);
  }

  /** Turns until a condition holds. */
  async until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
    const deadline_ms = performance.now() + 90_000;
    while (!(await met())) {
      if (performance.now() > deadline_ms) throw new Error(`${what} did not come to be`);
      await this.turn();
    }
  }

  async #countOpen(): Promise<number> {
    const { rows } = await this.#given.db.execute<{ n: number }>(
      sql`select count(*)::integer as n from job where status in ('queued', 'running')`,
    );
    return rows[0]?.n ?? 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
  }

  #spawn(): FaultWorker {
    this.#names += 1;
    const { databaseUrl, fetchEndpoint } = this.#given.info;
    const name = `worker-${this.#names}`;
    const times = faultTimes;
    const chargeUrl = this.#cashier.url;
    const options = { name, databaseUrl, fetchEndpoint, chargeUrl, times };
    return new FaultWorker(this.#entry, options, this.queue);
  }
}

onEachPostgres("jobs while workers die", (given) => {
  let cashier: Cashier;
  let world: World;
  let folder: string;
  let entry: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-fault-"));
    entry = await bundleFaultWorker(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    cashier = await startCashier();
    world = new World(given(), cashier, entry);
    await given().db.batch([
      given().db.execute(sql`create table if not exists effect_log (job uuid, part text)`),
      given().db.execute(sql`truncate effect_log`),
    ]);
  });
  afterEach(async () => {
    await world.stop();
    await cashier.stop();
  });

  /** Every job is done, each of its effects is there, and none is there twice. */
  async function expectExactlyOnce(): Promise<void> {
    const { rows: jobs } = await given().db.execute<{ id: string; status: string }>(
      sql`select id, status from job`,
    );
    expect(jobs.filter(({ status }) => status !== "done")).toEqual([]);
    expect(jobs.map(({ id }) => id).sort()).toEqual([...world.jobs.keys()].sort());
    const { rows: lines } = await given().db.execute<{ line: string }>(
      sql`select job || ' ' || part as line from effect_log`,
    );
    const expected = [...world.jobs].flatMap(([id, { parts }]) => [
      ...Array.from({ length: parts }, (_, part) => `${id} part ${part}`),
      `${id} end`,
    ]);
    expect(lines.map(({ line }) => line).sort()).toEqual(expected.sort());
    const charged = [...world.jobs].filter(([, { charge }]) => charge);
    expect([...cashier.asked.keys()].sort()).toEqual(
      charged.map(([id]) => `job:${id}:charge`).sort(),
    );
  }

  test(
    `${kills} workers are killed at any moment, messages are lost and doubled, and every effect happens once`,
    async () => {
      console.log(`replay with SEED=${seed}`);
      let killed = 0;
      let doomed: { readonly worker: FaultWorker; readonly at_ms: number } | undefined;
      await world.until(`${kills} kills`, async () => {
        while (world.open < open_min) await world.enqueue();
        const busy = world.workers.filter((worker) => worker.busy && !worker.dead);
        if (doomed === undefined && busy.length > 0) {
          const at_ms = performance.now() + world.random.below(250);
          doomed = { worker: world.random.pick(busy), at_ms };
        }
        if (doomed !== undefined && performance.now() >= doomed.at_ms) {
          // Only a worker that has jobs in hand is worth killing.
          if (doomed.worker.busy && !doomed.worker.dead) {
            await doomed.worker.kill();
            killed += 1;
          }
          doomed = undefined;
        }
        return killed >= kills;
      });
      await world.until("the end of all jobs", () => world.open === 0);
      await expectExactlyOnce();
      const { rows } = await given().db.execute<{ id: string; attempts: number }>(
        sql`select id, attempts from job`,
      );
      // A job with a charge fails once by itself; whatever is beyond that the killing did.
      const hit = rows.filter(
        ({ id, attempts }) => attempts > (world.jobs.get(id)?.charge ? 2 : 1),
      );
      expect(hit.length).toBeGreaterThan(0);
      const asked = [...cashier.asked.values()].filter((times) => times > 1).length;
      console.log(
        `${killed} kills, ${world.jobs.size} jobs, ${hit.length} hit while they ran, ` +
          `${world.queue.lost.count} messages lost, ${asked} charges asked for more than once`,
      );
    },
    test_ms_max,
  );

  test(
    "a worker that freezes past its lease and wakes as a zombie changes nothing",
    async () => {
      for (let round = 0; round < 3; round += 1) {
        const id = await world.enqueue(400);
        world.queue.put(id);
        const holds = (worker: FaultWorker) => [...worker.inHand.values()].includes(id);
        const workerOf = async () => {
          const { rows } = await given().db.execute<{ worker: string | null }>(
            sql`select worker from job where id = ${id} and status = 'running'`,
          );
          return world.workers.find(({ name }) => name === rows[0]?.worker);
        };
        let zombie: FaultWorker | undefined;
        await world.until("a worker that runs the job", async () => {
          zombie = await workerOf();
          return zombie !== undefined && holds(zombie);
        });
        zombie?.signal("SIGSTOP");
        await world.until("another that ends it", async () => {
          const job = await given().read(id);
          return job.status === "done";
        });
        const reported = zombie?.reports.length ?? 0;
        const before = await given().read(id);
        zombie?.signal("SIGCONT");
        await world.until("the zombie's report", () => (zombie?.reports.length ?? 0) > reported);
        expect(zombie?.reports.at(reported)?.lost).toBeGreaterThan(0);
        expect(await given().read(id)).toEqual(before);
      }
      await world.until("the end of all jobs", () => world.open === 0);
      await expectExactlyOnce();
    },
    test_ms_max,
  );
});
