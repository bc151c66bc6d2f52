import { afterEach, describe, expect, test } from "vitest";
import { FakeCloud } from "../testing/fake-cloud.ts";

let cloud: FakeCloud;
afterEach(() => cloud.stop());

const from = (CORS_ORIGINS: string, origin: string, init: RequestInit = {}) => {
  cloud = new FakeCloud({ CORS_ORIGINS });
  return cloud.request("/v1/time", { ...init, headers: { ...init.headers, Origin: origin } });
};
const allowed = (response: Response) => response.headers.get("Access-Control-Allow-Origin");

test("by default no other site may read answers", async () => {
  expect(allowed(await from("", "https://other.test"))).toBeNull();
});

test("a configured site may, and caches keep its answer apart", async () => {
  const response = await from("https://friend.test,https://b.test", "https://friend.test");
  expect(allowed(response)).toBe("https://friend.test");
  expect(response.headers.get("Vary")).toContain("Origin");
  expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  expect(response.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
});

test("a site that only looks like a configured one may not", async () => {
  for (const origin of [
    "https://friend.test.evil.test",
    "http://friend.test",
    "https://friend.test:1",
  ])
    expect(allowed(await from("https://friend.test", origin))).toBeNull();
});

test("with `*` any site may", async () => {
  expect(allowed(await from("*", "https://other.test"))).toBe("https://other.test");
});

test("an error can be read as well as an answer", async () => {
  cloud = new FakeCloud({ CORS_ORIGINS: "*" });
  const headers = { Origin: "https://other.test" };
  for (const path of ["/v1/nothing", "/v1/watch/rooms/nobody-here", "/media/nothing.mp4"])
    expect(allowed(await cloud.request(path, { headers })), path).toBe("https://other.test");
});

describe("a preflight", () => {
  const preflight = { method: "OPTIONS", headers: { "Access-Control-Request-Method": "POST" } };

  test("is answered without counting against a limit", async () => {
    const response = await from("https://friend.test", "https://friend.test", preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("Content-Type");
    expect(cloud.commands).toEqual([]);
  });

  test("from elsewhere allows nothing", async () => {
    expect(allowed(await from("https://friend.test", "https://evil.test", preflight))).toBeNull();
  });
});
