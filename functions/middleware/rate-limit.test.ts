import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { problemSchema } from "../../protocol/problem.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({ RATE_LIMITS: "anonymous=3/60,watch_create=1/60" });
  // The window slides by the machine's clock; it stands still, so that no test straddles two.
  vi.useFakeTimers({ toFake: ["Date"], now: cloud.now_ms });
});
afterEach(() => {
  cloud.stop();
  vi.useRealTimers();
});

const ask = (address: string, path = "/v1/watch/media") =>
  cloud.request(path, { headers: { "CF-Connecting-IP": address } });

test("an answer tells the policy, and how much of it is left until when", async () => {
  const { headers } = await ask("203.0.113.1");
  expect(headers.get("RateLimit-Policy")).toBe('"anonymous";q=3;w=60');
  expect(headers.get("RateLimit-Limit")).toBe("3");
  expect(headers.get("RateLimit-Remaining")).toBe("2");
  expect(Number(headers.get("RateLimit-Reset"))).toBeGreaterThan(0);
  expect(Number(headers.get("RateLimit-Reset"))).toBeLessThanOrEqual(60);
});

test("one too many is `rate_limited`, with the time to come back in header and body", async () => {
  for (let sent = 0; sent < 3; sent += 1) await ask("203.0.113.1");
  const response = await ask("203.0.113.1");
  expect(response.status).toBe(429);
  expect(response.headers.get("RateLimit-Remaining")).toBe("0");
  const problem = problemSchema.parse(await response.json());
  expect(problem.code).toBe("rate_limited");
  expect(response.headers.get("Retry-After")).toBe(String(problem.retryAfter_s));
});

test("another caller is not affected", async () => {
  for (let sent = 0; sent < 4; sent += 1) await ask("203.0.113.1");
  expect((await ask("203.0.113.2")).status).toBe(200);
});

test("an error answer carries the counters too", async () => {
  const { status, headers } = await ask("203.0.113.1", "/v1/watch/rooms/nobody-here");
  expect(status).toBe(404);
  expect(headers.get("RateLimit-Remaining")).toBe("2");
});

test("with Redis down an open policy lets requests pass and says no numbers it does not know", async () => {
  cloud.redis = "down";
  const { status, headers } = await ask("203.0.113.1");
  expect(status).toBe(200);
  expect(headers.get("RateLimit-Policy")).not.toBeNull();
  expect(headers.get("RateLimit-Remaining")).toBeNull();
});

test("with Redis down a closed policy refuses with 503 and a time to come back", async () => {
  cloud.redis = "down";
  const response = await cloud.request("/v1/watch/rooms", { method: "POST", json: { title: "x" } });
  expect(response.status).toBe(503);
  expect(problemSchema.parse(await response.json()).code).toBe("unavailable");
  expect(response.headers.get("Retry-After")).toBe("5");
});

test("a limit is counted before the body is read", async () => {
  await cloud.request("/v1/watch/rooms", { method: "POST", body: "nonsense" });
  const response = await cloud.request("/v1/watch/rooms", { method: "POST", body: "nonsense" });
  expect(response.status).toBe(429);
});

describe("a limit by caller", () => {
  const person = { Authorization: "Bearer off_nobody-has-this-key" };
  const me = (headers: Record<string, string>) => cloud.request("/v1/auth/session", { headers });
  const policyOf = async (headers: Record<string, string>) =>
    (await me(headers)).headers.get("RateLimit-Policy");

  test("holds whoever does not say who they are to `anonymous`, by address", async () => {
    expect(await policyOf({ "CF-Connecting-IP": "203.0.113.1" })).toBe('"anonymous";q=3;w=60');
  });

  test("counts keys that are not good by address, so that guessing ends", async () => {
    const headers = { ...person, "CF-Connecting-IP": "203.0.113.1" };
    const statuses = [];
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await me(headers)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
  });
});
