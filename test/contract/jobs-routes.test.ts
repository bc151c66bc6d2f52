import { beforeEach, describe, expect, test } from "vitest";
import { createModule } from "../../functions/app.ts";
import type { Bindings } from "../../functions/env.ts";
import { answerError } from "../../functions/errors.ts";
import { jobRoutes } from "../../functions/jobs/routes.ts";
import type { Services } from "../../functions/services.ts";
import { Secret } from "../../platform/redact/secret.ts";
import { jobDetailSchema, jobPageSchema } from "../../protocol/jobs.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { newJob, onEachPostgres } from "./jobs-stores.ts";

const token = "token-for-operators-only";
const failure = { code: "no", message: "No", permanent: true, delay_ms: 0, grace_ms: 0 };

onEachPostgres("the routes of jobs", (given) => {
  let sent: string[];
  beforeEach(() => {
    sent = [];
  });

  /** Asks as an operator, unless told otherwise. */
  const ask = async (path: string, init: RequestInit = {}, secret: unknown = token) => {
    const bindings = {
      OPS_TOKEN: secret,
      JOBS: {
        send: async (id: string) => sent.push(id),
        sendBatch: async () => {},
      },
    } as unknown as Bindings;
    const services = {
      db: given().db,
      redis: { set: async () => "OK" },
      meter: { count: () => {} },
      limiter: {
        policy: () => ({ whenRedisFails: "open" }),
        count: async () => ({ type: "unknown" }),
      },
      settings: {
        LOG_LEVEL: "error",
        AUTH_SECRET: new Secret("another secret of at least 32 characters"),
      },
      now_ms: Date.now,
    } as unknown as Services;
    const app = createModule();
    app.onError(answerError);
    app.use(async (c, next) => {
      c.set("services", services);
      c.set("requestId", "request");
      await next();
    });
    app.route("/", jobRoutes);
    const headers = init.headers ?? { Authorization: `Bearer ${token}` };
    return await app.request(path, { ...init, headers }, bindings);
  };
  const job = async (response: Response) => {
    expect(response.status).toBe(200);
    return jobDetailSchema.parse(await response.json());
  };
  const problem = async (response: Response) => {
    const { status, code } = problemSchema.parse(await response.json());
    return [response.status, status, code];
  };
  const post = (path: string) => ask(path, { method: "POST" });

  const dead = async () => {
    const { store } = given();
    const made = newJob();
    await store.add(made);
    const claim = { ids: [made.id], worker: "one", lease_ms: 1_000, early_ms: 0 };
    const [claimed] = await store.claim(claim);
    if (claimed?.type !== "claimed") throw new Error("the job was not claimed");
    await store.fail(claimed, failure);
    return made.id;
  };

  describe("are for operators alone", () => {
    const paths = ["/v1/jobs?status=dead", `/v1/jobs/${crypto.randomUUID()}`];

    test.each([
      ["no token", {}, token, "sign_in_required"],
      [
        "another token",
        { Authorization: "Bearer another-token-for-nobody" },
        token,
        "token_invalid",
      ],
      [
        "a token that only begins right",
        { Authorization: `Bearer ${token}s` },
        token,
        "token_invalid",
      ],
      ["no word but the token", { Authorization: token }, token, "token_invalid"],
      [
        "a secret that was never set",
        { Authorization: "Bearer undefined" },
        undefined,
        "token_invalid",
      ],
      ["an empty secret", { Authorization: "Bearer " }, "", "token_invalid"],
      ["a secret too short to be one", { Authorization: "Bearer short" }, "short", "token_invalid"],
    ])("with %s nothing opens", async (_what, headers, secret, code) => {
      for (const path of paths) {
        const response = await ask(path, { headers: { ...headers } }, secret);
        expect(response.status).toBe(401);
        expect(problemSchema.parse(await response.json()).code).toBe(code);
      }
    });
  });

  test("dead letters can be paged through, looked at and retried", async () => {
    const ids = [await dead(), await dead(), await dead()];
    const page = async (query: string) =>
      jobPageSchema.parse(await (await ask(`/v1/jobs?status=dead&${query}`)).json());
    const first = await page("limit=2");
    expect(first.jobs).toHaveLength(2);
    const second = await page(`limit=2&cursor=${first.cursor}`);
    expect(second.cursor).toBeNull();
    const listed = [...first.jobs, ...second.jobs];
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(listed[0]).not.toHaveProperty("payload");

    const id = ids[0] ?? "";
    expect(await job(await ask(`/v1/jobs/${id}`))).toMatchObject({
      status: "dead",
      payload: { a: 1 },
      error: { code: "no", message: "No" },
    });
    expect(await job(await post(`/v1/jobs/${id}/retry`))).toMatchObject({ status: "queued" });
    expect(sent).toEqual([id]);
    expect(await job(await post(`/v1/jobs/${id}/retry`))).toMatchObject({ status: "queued" });
    expect(sent).toEqual([id]);
    expect((await page("limit=10")).jobs).toHaveLength(2);
  });

  test("a queued job is cancelled at once, and one that has ended stays as it is", async () => {
    const made = newJob();
    await given().store.add(made);
    const path = `/v1/jobs/${made.id}/cancel`;
    const cancelled = await job(await post(path));
    expect(cancelled).toMatchObject({ status: "cancelled", cancelRequested: true });
    expect(await job(await post(path))).toEqual(cancelled);
    const id = await dead();
    expect(await job(await post(`/v1/jobs/${id}/cancel`))).toMatchObject({ status: "dead" });
  });

  describe("news of a job", () => {
    test("comes as soon as there is any", async () => {
      const made = newJob();
      await given().store.add(made);
      const { revision } = await given().read(made.id);
      const path = `/v1/jobs/${made.id}?wait_s=20&revision=${revision}`;
      const answer = ask(path);
      const claim = { ids: [made.id], worker: "one", lease_ms: 60_000, early_ms: 0 };
      await given().store.claim(claim);
      expect(await job(await answer)).toMatchObject({ status: "running", revision: revision + 1 });
    });

    test("is not waited for when the caller is behind, or the job has ended", async () => {
      const id = await dead();
      const { revision } = await given().read(id);
      for (const seen of [0, revision])
        expect(await job(await ask(`/v1/jobs/${id}?wait_s=25&revision=${seen}`))).toMatchObject({
          revision,
        });
    });

    test("that does not come ends with the job as it is, and with the caller's leaving", async () => {
      const made = newJob();
      await given().store.add(made);
      const { revision } = await given().read(made.id);
      const path = `/v1/jobs/${made.id}?revision=${revision}&wait_s=`;
      expect(await job(await ask(`${path}1`))).toMatchObject({ revision });
      const gone = new AbortController();
      const answer = ask(`${path}25`, { signal: gone.signal });
      gone.abort();
      expect(await job(await answer)).toMatchObject({ revision });
    });
  });

  test("bad input is a typed problem and no more", async () => {
    for (const path of [
      "/v1/jobs",
      "/v1/jobs?status=lost",
      "/v1/jobs?status=dead&limit=0",
      "/v1/jobs?status=dead&limit=101",
      "/v1/jobs?status=dead&cursor=1.2",
      `/v1/jobs?status=dead&cursor=${"9".repeat(79)}`,
      `/v1/jobs?status=dead&cursor=999999999999999.${crypto.randomUUID()}0`,
      "/v1/jobs/7",
      "/v1/jobs/%00",
      `/v1/jobs/${crypto.randomUUID()}?wait_s=26`,
    ])
      expect(await problem(await ask(path)), path).toEqual([400, 400, "bad_request"]);
    expect(
      (await ask(`/v1/jobs?status=dead&cursor=999999999999999.${crypto.randomUUID()}`)).status,
    ).toBe(200);
    const unknown = crypto.randomUUID();
    for (const response of [
      await ask(`/v1/jobs/${unknown}`),
      await post(`/v1/jobs/${unknown}/cancel`),
      await post(`/v1/jobs/${unknown}/retry`),
    ])
      expect(await problem(response)).toEqual([404, 404, "not_found"]);
    expect(sent).toEqual([]);
  });
});
