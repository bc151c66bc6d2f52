import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { bundleWorker } from "../../local/worker/bundle.ts";
import { type JobDetail, jobDetailSchema } from "../../protocol/jobs.ts";
import { newJob, onEachPostgres } from "./jobs-stores.ts";

const token = "token-for-operators-only";
const wait_ms_max = 20_000;

onEachPostgres("jobs in workerd, with Cloudflare's queue emulated", (given) => {
  let folder: string;
  let miniflare: Miniflare;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-jobs-"));
    const script = join(folder, "index.js");
    await bundleWorker(fileURLToPath(new URL("./jobs-edge.ts", import.meta.url)), script);
    const { databaseUrl, fetchEndpoint } = given().info;
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        name: "jobs",
        modules: true,
        modulesRoot: folder,
        scriptPath: script,
        compatibilityDate: "2026-08-15",
        compatibilityFlags: ["nodejs_compat"],
        host: "127.0.0.1",
        port: 0,
        cf: false,
        log: new Log(LogLevel.ERROR),
        r2Buckets: ["PICTURES"],
        queueProducers: { JOBS: "jobs" },
        queueConsumers: { jobs: { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 10 } },
        bindings: {
          DATABASE_URL: databaseUrl,
          NEON_FETCH_ENDPOINT: fetchEndpoint,
          // Nobody is there: jobs go on without Redis.
          UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
          UPSTASH_REDIS_REST_TOKEN: "none",
          ROOM_TOKEN_KEYS: "k1:a secret of at least 32 characters!",
          AUTH_SECRET: "another secret of at least 32 characters",
          OPS_TOKEN: token,
          LOG_LEVEL: "error",
          WATCH_ROOM: "none",
          LOBBY_ROOM: "none",
          CALL_ROOM: "none",
          ASSETS: "none",
        },
      }),
    );
    await miniflare.ready;
  }, 60_000);
  afterAll(async () => {
    await miniflare?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const headers = { Authorization: `Bearer ${token}` };

  /** Follows a job by long polls until it has ended. */
  const ended = async (id: string): Promise<JobDetail> => {
    const deadline_ms = performance.now() + wait_ms_max;
    let revision = 0;
    for (;;) {
      const path = `http://jobs.test/v1/jobs/${id}?wait_s=5&revision=${revision}`;
      const response = await miniflare.dispatchFetch(path, { headers });
      const job = jobDetailSchema.parse(await response.json());
      if (job.finishedAt_ms !== null) return job;
      if (performance.now() > deadline_ms) throw new Error(`job ${id} is still ${job.status}`);
      revision = job.revision;
    }
  };

  test("a job goes through the queue to a worker and ends with its result", async () => {
    const response = await miniflare.dispatchFetch("http://jobs.test/prune", { method: "POST" });
    expect(response.status).toBe(200);
    const { id } = z.object({ id: z.uuid() }).parse(await response.json());
    expect(await ended(id)).toMatchObject({
      status: "done",
      result: { deleted: 0, more: false },
      attempts: 1,
    });
  });

  test("a job whose message was lost is sent again by the cron's sweep", async () => {
    const lost = newJob({
      kind: "maintenance.prune",
      payloadText: '{"days":1,"deadDays":1}',
      grace_ms: 0,
    });
    await given().store.add(lost);
    const worker = await miniflare.getWorker();
    const { outcome } = await worker.scheduled({ cron: "*/5 * * * *" });
    expect(outcome).toBe("ok");
    expect(await ended(lost.id)).toMatchObject({ status: "done", attempts: 1 });
  });

  test("the cron of the night queues each cleaning once, though it comes twice", async () => {
    const worker = await miniflare.getWorker();
    const scheduledTime = new Date("2026-11-21T03:17:00Z");
    for (let time = 0; time < 2; time += 1)
      await worker.scheduled({ cron: "17 3 * * *", scheduledTime });
    const { rows } = await given().db.execute<{ id: string; kind: string }>(
      "select id, kind from job where idempotency_key = '2026-11-21' order by kind desc",
    );
    expect(rows.map(({ kind }) => kind)).toEqual([
      "watch.sweep",
      "match.sweep-pictures",
      "match.sweep-calls",
      "maintenance.prune",
      "identity.sweep",
      "analytics.retention",
      "analytics.delete-games",
    ]);
    for (const { id } of rows) expect(await ended(id)).toMatchObject({ status: "done" });
  });
});
