import { hc } from "hono/client";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import type { JoinedWatchRoom } from "../protocol/watch/rest.ts";
import type { Api } from "./api.ts";
import { FakeCloud } from "./testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const clientOf = () =>
  hc<Api>("http://offrail.test", {
    fetch: (input: RequestInfo | URL, init?: RequestInit) =>
      cloud.request(String(input), init ?? {}),
  });

test("a typed client makes a room and joins it, with no type written by hand", async () => {
  const { rooms } = clientOf().v1.watch;
  const created = await rooms.$post({ json: { title: "Film night" } });
  if (created.status !== 201) throw new Error("the room was not made");
  const { room, seat } = await created.json();
  const joined = await rooms[":id"].join.$post({
    param: { id: room.id },
    json: { name: "Ann", seat },
  });
  if (joined.status !== 200) throw new Error("the room was not joined");
  const body = await joined.json();
  expectTypeOf(body).toEqualTypeOf<JoinedWatchRoom>();
  expect(body.role).toBe("host");
});

test("a typed client knows an error by its status, and its code by its type", async () => {
  const response = await clientOf().v1.watch.rooms[":id"].$get({ param: { id: "nobody-here" } });
  if (response.status !== 404) throw new Error("the room was found");
  expect((await response.json()).code).toBe("room_not_found");
});

test("every route that takes JSON refuses one that is too large, too deep or no JSON", async () => {
  cloud.stop();
  const limits = ["sign_in", "sign_up", "mail", "account_write", "account_export"];
  cloud = new FakeCloud({ RATE_LIMITS: limits.map((name) => `${name}=1000/60`).join(",") });
  const { paths } = (await (await cloud.request("/openapi.json")).json()) as {
    paths: Record<string, Record<string, { requestBody?: { content: object } }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { requestBody }]) => "application/json" in (requestBody?.content ?? {}))
      .map(([method]) => ({ path: path.replace(/\{\w+\}/g, "room-1234"), method })),
  );
  expect(routes.length).toBeGreaterThan(1);
  for (const { path, method } of routes) {
    const send = async (body: string, type = "application/json") => {
      const init = { method: method.toUpperCase(), body, headers: { "Content-Type": type } };
      return ((await (await cloud.request(path, init)).json()) as { code: string }).code;
    };
    expect(await send(`"${"x".repeat(64 * 1024)}"`), path).toBe("body_too_large");
    expect(await send("[".repeat(33)), path).toBe("body_too_deep");
    expect(await send("{"), path).toBe("invalid_json");
    expect(await send("{}", "text/plain"), path).toBe("unsupported_media_type");
  }
});
