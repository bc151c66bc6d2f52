import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyTextOf, signatureOf } from "../../functions/analytics/key-text.ts";
import { FakeCloud } from "../../functions/testing/fake-cloud.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { type BatchAnswer, batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import type { GameConfig } from "../../protocol/analytics/buffer.ts";
import { eventRuleSchema } from "../../protocol/analytics/event-schema.ts";
import { gameSettingsSchema } from "../../protocol/analytics/game.ts";
import { signatureHeader } from "../../protocol/analytics/key.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { answerRequest } from "../../rooms/analytics/buffer/answer.ts";
import { BufferBench, benchConfig, keyId } from "../../rooms/analytics/testing/buffer-bench.ts";
import { uuidAt } from "./analytics-ingest-rows.ts";

/** What senders hear and what is counted: all of the API, and a real buffer behind it. */

const random = seededRandom(Date.now() % 1_000_000);
const signer = { id: "k1", secret: "a secret of at least 32 characters!" };
const { gameId } = benchConfig();
const path = "/v1/analytics/batch";
const dryPath = `${path}?dry_run=1`;
/** Its counter outlives tests, as an isolate's knowledge of the game does. */
let revision = 1;

let cloud: FakeCloud;
let bench: BufferBench;
let key: string;
let bufferIsThere: boolean;

beforeEach(async () => {
  bench = new BufferBench();
  bufferIsThere = true;
  const fetch = (request: Request) => {
    if (!bufferIsThere) throw new Error("the buffer is being moved");
    return answerRequest(bench.buffer, request);
  };
  cloud = new FakeCloud({
    ANALYTICS_BUFFER: { idFromName: (name: string) => name, get: () => ({ fetch }) },
    ANALYTICS_RECEIPT_SECRET: "a secret of the stand-in store",
  });
  cloud.now_ms = bench.now_ms;
  key = await keyTextOf({ kind: "write", gameId, keyId, env: "live" }, signer);
  configure();
});
afterEach(() => cloud.stop());

/** The game has changed, and its buffer heard of it. */
function configure(more: Partial<GameConfig> = {}): void {
  revision += 1;
  bench.config = benchConfig({ ...more, revision });
  bench.buffer.configure(bench.config);
}

const jump = (more: object = {}) => ({
  ...{ uuid: uuidAt(random, bench.now_ms), kind: "event", player: "ada", name: "jump" },
  ...more,
});
const pay = (more: object = {}) => ({
  ...jump(),
  ...{ kind: "revenue", store: "play", transactionId: "a", amount_minor: 499, currency: "USD" },
  ...more,
});
/** A number as JavaScript writes it out, and as a client may have sent it: `1e20`. */
const huge = "100000000000000000000";
const forged = { receipt: { data: "{}", signature: "0".repeat(64) } };

async function send(
  events: readonly object[],
  headers: Readonly<Record<string, string>> = {},
  to = path,
): Promise<Response> {
  const body = JSON.stringify({ sentAt_ms: cloud.now_ms, events }).replaceAll(huge, "1e20");
  expect(body.length).toBeLessThan(1024 * 1024);
  return await cloud.request(to, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
    body,
  });
}

const statuses = ({ results }: BatchAnswer) =>
  results.map(({ status, reason }) => (reason === undefined ? status : `${status} ${reason}`));

async function heard(response: Response | Promise<Response>) {
  const answer = await response;
  const body: unknown = await answer.json();
  if (answer.status === 200) return statuses(batchAnswerSchema.parse(body));
  const { status, code } = problemSchema.parse(body);
  return `${status} ${code}`;
}

describe("drops are counted by reason", () => {
  test("beside a purchase alone, which needs no buffer otherwise", async () => {
    await send([jump()]);
    expect(await heard(send([pay(), {}, { ...jump(), player: "" }]))).toEqual([
      ...["retry", "drop invalid", "drop invalid"],
    ]);
    expect(bench.buffer.figures().drops).toEqual({ invalid: 2 });
  });

  test("when a receipt is forged, with events and without", async () => {
    expect(await heard(send([jump(), pay(forged)]))).toEqual(["ok", "drop receipt"]);
    expect(await heard(send([pay(forged), pay(forged)]))).toEqual(["drop receipt", "drop receipt"]);
    expect(bench.buffer.figures().drops).toEqual({ receipt: 3 });
  });

  test("and no purchase waits for that", async () => {
    await send([jump()]);
    bufferIsThere = false;
    expect(await heard(send([pay(), {}]))).toEqual(["retry", "drop invalid"]);
    expect(cloud.database.queries).toBeGreaterThan(0);
  });

  test("once, however often a batch under its own key comes", async () => {
    const events = [jump(), {}];
    for (let sends = 0; sends < 3; sends += 1) await send(events, { "Idempotency-Key": "batch-1" });
    expect(bench.buffer.figures().drops).toEqual({ invalid: 1 });
  });
});

describe("a dry run says what the batch would hear", () => {
  const both = async (
    events: readonly object[],
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const dry = await heard(send(events, headers, dryPath));
    const real = await heard(send(events, headers));
    expect(dry).toEqual(real);
    return dry;
  };
  const signed = async (secretKeyId: string, events: readonly object[]) => {
    const secret = { kind: "secret", gameId, env: "live", keyId: secretKeyId } as const;
    const bytes = new TextEncoder().encode(JSON.stringify({ sentAt_ms: cloud.now_ms, events }));
    const signature = await signatureOf(await keyTextOf(secret, signer), bytes);
    return { [signatureHeader]: `${secretKeyId}:${signature}` };
  };

  test("where signatures are asked for", async () => {
    configure({ settings: gameSettingsSchema.parse({ signedOnly: true }) });
    const events = [jump()];
    expect(await both(events)).toBe("401 token_invalid");
    expect(await both(events, await signed("secret-key-1", events))).toEqual(["ok"]);
  });

  test("when the secret key that signed it does not hold any more", async () => {
    const events = [jump()];
    expect(await both(events, await signed("revoked-key1", events))).toBe("401 token_invalid");
  });

  test("of a forged receipt", async () => {
    expect(await both([jump(), pay(forged)])).toEqual(["ok", "drop receipt"]);
    expect(bench.buffer.figures().drops).toEqual({ receipt: 1 });
  });

  test("of a key that was made a moment ago, or is of the sandbox", async () => {
    const keyOf = async (id: string) =>
      await keyTextOf({ kind: "write", gameId, keyId: id, env: "live" }, signer);
    const fresh = { id: "new-key-0001", kind: "write", env: "live" } as const;
    revision += 1;
    bench.config = benchConfig({ revision, keys: [fresh] });
    key = await keyOf(fresh.id);
    expect(await both([jump()])).toEqual(["ok"]);
    configure();
    key = await keyOf("sandbox-key1");
    expect(await both([jump()])).toBe("401 token_invalid");
  });

  test("when nothing can be known of the game now: come back, and not that the key is wrong", async () => {
    bench = new BufferBench();
    bench.configAway = true;
    expect(await both([jump()])).toBe("503 unavailable");
    bench.configAway = false;
    bench.config = null;
    bench.now_ms += 5_000;
    expect(await both([jump()])).toBe("401 token_invalid");
  });

  test("of events that are larger when they are kept", async () => {
    expect(await both(growing())).toBe("413 body_too_large");
  });
});

/** Events whose numbers are written out, so that they take more room than the batch that they came in. */
const growing = () =>
  Array.from({ length: 500 }, () => jump({ props: { x: Array(250).fill(1e20) } }));

test("events that will never fit into a buffer are said to be too large, and not that it is full", async () => {
  expect(await heard(send(growing()))).toBe("413 body_too_large");
  expect(bench.buffer.figures()).toMatchObject({ refused_batches: 0, waiting_events: 0 });
});

describe("under one Idempotency-Key", () => {
  const headers = { "Idempotency-Key": "batch-1" };

  test("duplicates are duplicates again, and each event hears the same, after a restart too", async () => {
    const known = jump();
    await send([known]);
    const events = [known, jump(), {}, pay(forged), jump({ kind: "heartbeat" })];
    const first = await heard(send(events, headers));
    expect(first).toEqual(["duplicate", "ok", "drop invalid", "drop receipt", "drop invalid"]);
    expect(await heard(send(events, headers))).toEqual(first);
    bench.restart();
    cloud.now_ms += 60_000;
    expect(await heard(send(events, headers))).toEqual(first);
    await bench.pass(60_000);
    expect(bench.kept_events).toBe(2);
  });

  test("a batch hears the same though the game has changed what it wants since", async () => {
    const events = [jump(), jump({ name: "hop" }), jump()];
    const rule = (name: string) =>
      eventRuleSchema.parse({
        ...{ name, policy: "drop" },
        fields: { height: { type: "number", required: true } },
      });
    configure({ rules: [rule("hop")] });
    const first = await heard(send(events, headers));
    expect(first).toEqual(["ok", "drop schema", "ok"]);
    configure({ rules: [rule("jump")] });
    expect(await heard(send(events, headers))).toEqual(first);
    await bench.pass(60_000);
    expect(bench.kept_events).toBe(2);
  });

  test("purchases alone are known as well, and fail for no buffer that does not answer", async () => {
    await send([jump()]);
    expect(await heard(send([pay()], headers))).toEqual(["retry"]);
    expect(await heard(send([pay()], headers))).toBe("400 bad_request");
    bufferIsThere = false;
    expect(await heard(send([pay()], { "Idempotency-Key": "batch-2" }))).toEqual(["retry"]);
  });

  test("a batch that differs in its revenue alone, or between its ends, is another", async () => {
    const [first, middle, last] = [jump(), jump(), jump()];
    await send([first, middle, last, pay()], headers);
    for (const other of [
      [first, middle, last, pay({ transactionId: "b" })],
      [first, { ...middle, name: "hop" }, last, pay()],
      [first, middle, last],
    ])
      expect(await heard(send(other, headers))).toBe("400 bad_request");
  });
});
