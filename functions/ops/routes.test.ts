import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeCloud } from "../testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

test("GET /v1/time tells the server's clock and may not be cached", async () => {
  const response = await cloud.request("/v1/time");
  expect(await response.json()).toEqual({ server_ms: cloud.now_ms });
  expect(response.headers.get("Cache-Control")).toBe("no-store");
});

describe("GET /openapi.json", () => {
  const fetchDocument = async () =>
    (await (await cloud.request("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };

  test("describes every module's routes as OpenAPI 3.1", async () => {
    const { openapi, paths } = await fetchDocument();
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        "/api/metrics",
        "/health",
        "/memory",
        "/metrics",
        "/ready",
        "/stats",
        "/v1/ops/overview",
        "/v1/time",
        "/v1/watch/media",
        "/v1/watch/rooms",
        "/v1/watch/rooms/{id}",
        "/v1/watch/rooms/{id}/join",
        "/v1/watch/rooms/{id}/state",
      ]),
    );
  });

  test("says of every limited route that it can be limited", async () => {
    const { paths } = await fetchDocument();
    // A monitor must never be turned away, and a token is checked before anything is asked.
    const unlimited = ["/health", "/metrics", "/v1/ops/overview"];
    for (const [path, operations] of Object.entries(paths))
      for (const [method, { responses }] of Object.entries(operations))
        if (!unlimited.includes(path))
          expect(Object.keys(responses), `${method} ${path}`).toContain("429");
  });

  test("refers to nothing that it does not hold", async () => {
    const document = await fetchDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    for (const [, pointer = ""] of references) {
      const found = pointer
        .split("/")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, pointer).toBeDefined();
    }
  });
});
