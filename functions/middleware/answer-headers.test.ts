import { afterEach, beforeEach, expect, test } from "vitest";
import { apiHeaders } from "../headers.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const paths = ["/health", "/ready", "/v1/time", "/openapi.json", "/nothing", "/media/timecode.mp4"];

test.each(paths)("%s answers with every security header", async (path) => {
  const { headers } = await cloud.request(path);
  for (const [name, value] of Object.entries(apiHeaders))
    expect(headers.get(name), name).toBe(value);
});

test.each(paths)("%s answers with a request id", async (path) => {
  expect((await cloud.request(path)).headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
});

test("a caller's request id is kept, when it looks like one", async () => {
  const ask = async (id: string) => {
    const { headers } = await cloud.request("/v1/nothing", { headers: { "X-Request-Id": id } });
    return headers.get("X-Request-Id");
  };
  expect(await ask("trace-1_A=")).toBe("trace-1_A=");
  for (const bad of ["a b", 'a"b', "<script>", "x".repeat(65)])
    expect(await ask(bad)).not.toBe(bad);
});

test("answers stay out of caches unless they say otherwise", async () => {
  expect((await cloud.request("/v1/time")).headers.get("Cache-Control")).toBe("no-store");
  expect((await cloud.request("/nothing")).headers.get("Cache-Control")).toBe("no-store");
  expect((await cloud.request("/openapi.json")).headers.get("Cache-Control")).toContain("max-age");
});
