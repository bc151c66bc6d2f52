import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyTextOf } from "../../functions/analytics/key-text.ts";
import { FakeCloud } from "../../functions/testing/fake-cloud.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { answerRequest } from "../../rooms/analytics/buffer/answer.ts";
import { BufferBench, benchConfig, keyId } from "../../rooms/analytics/testing/buffer-bench.ts";
import { uuidAt } from "./analytics-ingest-rows.ts";

/** The batch route before a buffer that is soon full: all of the API, and a real buffer behind it. */

const random = seededRandom(Date.now() % 1_000_000);
const signer = { id: "k1", secret: "a secret of at least 32 characters!" };
const { gameId } = benchConfig();
const origin = "https://a-game.example";
const path = "/v1/analytics/batch";

let cloud: FakeCloud;
let bench: BufferBench;
let key: string;

beforeEach(async () => {
  bench = new BufferBench({ kept_bytes_max: 4_000, batch_bytes_max: 3_000 });
  const fetch = (request: Request) => answerRequest(bench.buffer, request);
  cloud = new FakeCloud({
    ANALYTICS_BUFFER: { idFromName: (name: string) => name, get: () => ({ fetch }) },
  });
  cloud.now_ms = bench.now_ms;
  key = await keyTextOf({ kind: "write", gameId, keyId, env: "live" }, signer);
});
afterEach(() => cloud.stop());

const eventsOf = (count: number) =>
  Array.from({ length: count }, () => ({
    uuid: uuidAt(random, bench.now_ms),
    kind: "event",
    player: "ada",
    name: "jump",
  }));

const send = (events: readonly object[], headers: Readonly<Record<string, string>> = {}) =>
  cloud.request(path, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, Origin: origin, ...headers },
    json: { events },
  });

/** Sends batches until one is refused. @returns what was acknowledged, and the refusal */
async function fill(): Promise<{ acknowledged: string[]; refused: Response; lost: string[] }> {
  const acknowledged: string[] = [];
  for (let batches = 0; batches < 50; batches += 1) {
    const events = eventsOf(5);
    const uuids = events.map(({ uuid }) => uuid);
    const response = await send(events);
    if (response.status !== 200) return { acknowledged, refused: response, lost: uuids };
    const { results } = batchAnswerSchema.parse(await response.json());
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill("ok"));
    acknowledged.push(...uuids);
  }
  throw new Error("the buffer was never full");
}

describe("a buffer at its limit", () => {
  test("answers 429 with a time to come back, keeps nothing of that batch, and loses nothing that it had", async () => {
    const { acknowledged, refused, lost } = await fill();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBe(30);
    expect(problemSchema.parse(await refused.json())).toMatchObject({
      code: "rate_limited",
      detail: "the buffer is full",
    });
    const { waiting_events, waiting_bytes, refused_batches } = bench.buffer.figures();
    expect(waiting_events).toBe(acknowledged.length);
    expect(waiting_bytes).toBeLessThanOrEqual(bench.limits.kept_bytes_max);
    expect(refused_batches).toBe(1);
    await bench.pass(60_000);
    expect(bench.kept).toEqual(acknowledged);
    expect(bench.kept).not.toContain(lost[0]);
  });

  test("takes batches again after a flush, the refused one first", async () => {
    bench.database = () => {
      throw new TypeError("nobody is there");
    };
    const { acknowledged, refused } = await fill();
    const again = eventsOf(5);
    const waited_ms = Number(refused.headers.get("Retry-After")) * 1_000;
    await bench.pass(waited_ms);
    expect((await send(again)).status).toBe(429);
    bench.database = () => {};
    await bench.pass(60_000);
    expect(bench.buffer.figures().waiting_events).toBe(0);
    const response = await send(again);
    expect(response.status).toBe(200);
    await bench.pass(60_000);
    expect(bench.kept).toEqual([...acknowledged, ...again.map(({ uuid }) => uuid)]);
  });

  test("has room for a small batch where a large one does not fit, and is as full after it died", async () => {
    const size = async (events: number) => {
      const before = bench.buffer.figures().waiting_bytes;
      await send(eventsOf(events));
      return bench.buffer.figures().waiting_bytes - before;
    };
    const [large_bytes, small_bytes] = [await size(5), await size(1)];
    bench = new BufferBench({
      kept_bytes_max: 2 * large_bytes + small_bytes,
      batch_bytes_max: 3_000,
    });
    const { acknowledged } = await fill();
    expect(acknowledged).toHaveLength(10);
    bench.restart();
    expect((await send(eventsOf(5))).status).toBe(429);
    expect((await send(eventsOf(1))).status).toBe(200);
    expect((await send(eventsOf(1))).status).toBe(429);
    expect(bench.buffer.figures().waiting_events).toBe(11);
  });
});

describe("pages of other origins", () => {
  const asked = { "Access-Control-Request-Method": "POST", Origin: origin };

  test("may send events, with all the headers that a client sets, and no cookie", async () => {
    const preflight = await cloud.request(path, {
      method: "OPTIONS",
      headers: {
        ...asked,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(preflight.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toBe("POST");
    const allowed = (preflight.headers.get("Access-Control-Allow-Headers") ?? "").toLowerCase();
    for (const header of [
      ...["authorization", "content-encoding", "content-type"],
      ...["idempotency-key", "x-api-key", "x-offrail-signature"],
    ])
      expect(allowed.split(","), header).toContain(header);
  });

  test("can read every answer, refusals and their Retry-After too", async () => {
    const answers = [
      await send(eventsOf(1)),
      await send(eventsOf(1), { Authorization: "Bearer none" }),
      (await fill()).refused,
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 429]);
    for (const { headers } of answers) {
      expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
      expect(headers.get("Access-Control-Allow-Credentials")).toBeNull();
      expect(headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    }
  });

  test("may do nothing else in analytics", async () => {
    for (const other of ["/v1/analytics/games", `/v1/analytics/games/${gameId}/keys`]) {
      const preflight = await cloud.request(other, { method: "OPTIONS", headers: asked });
      expect(preflight.headers.get("Access-Control-Allow-Origin")).toBeNull();
    }
  });
});
