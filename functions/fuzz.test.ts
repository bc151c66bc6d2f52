import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forAll, type Random } from "../platform/testing/random.ts";
import { problemSchema } from "../protocol/problem.ts";
import { FakeCloud } from "./testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({
    LOG_LEVEL: "warn",
    RATE_LIMITS: ["anonymous", "media", "ready", "sockets", "watch_create"]
      .map((name) => `${name}=100000/60`)
      .join(","),
  });
});
afterEach(() => {
  cloud.stop();
  vi.restoreAllMocks();
});

test("no request, however bad, is answered with a 5xx or with anything but a problem", async () => {
  cloud.room = () =>
    Response.json({ position_ms: 0, playing: false, members: 0, server_ms: 1, ok: true });
  cloud.files.set("/media/timecode.mp4", {
    body: new Uint8Array(100),
    headers: { "Content-Type": "video/mp4" },
  });
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { room, seat } = (await (
    await cloud.request("/v1/watch/rooms", { method: "POST", json: { title: "x" } })
  ).json()) as { room: { id: string }; seat: string };
  await forAll(1_500, async (random) => {
    const { path, init } = someRequest(random, room.id, seat);
    const response = await cloud.request(path, init);
    const what = `${init.method} ${path} ${JSON.stringify(init)}`;
    expect(response.status, what).toBeLessThan(500);
    expect(response.headers.get("X-Request-Id"), what).not.toBeNull();
    if (response.status < 400 || init.method === "HEAD") return;
    expect(response.headers.get("Content-Type"), what).toBe("application/problem+json");
    expect(problemSchema.parse(await response.json()).status, what).toBe(response.status);
  });
  expect(logged).not.toHaveBeenCalled();
});

test("with everything behind the API down, errors stay typed and none is `internal`", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  cloud.redis = "down";
  cloud.postgres = "down";
  cloud.room = () => Promise.reject(new Error("down"));
  await forAll(200, async (random) => {
    const { path, init } = someRequest(random, "room-1234", "no seat");
    if (path.startsWith("/ready")) return;
    const response = await cloud.request(path, init);
    if (response.status < 500 || init.method === "HEAD") return;
    const problem = problemSchema.parse(await response.json());
    expect(["unavailable", "room_unavailable"], `${init.method} ${path}`).toContain(problem.code);
    expect(response.headers.get("Retry-After")).not.toBeNull();
  });
});

function someRequest(random: Random, room: string, seat: string) {
  const id = random.pick([room, room, encodeURIComponent(printable(random)), "..", "%ff", "x"]);
  const path = random.pick([
    "/v1/watch/rooms",
    `/v1/watch/rooms/${id}`,
    `/v1/watch/rooms/${id}/join`,
    `/v1/watch/rooms/${id}/state`,
    `/parties/watch/${id}`,
    `/parties/${id}/${room}`,
    `/media/${id}`,
    "/media/timecode.mp4",
    "/health",
    "/ready",
    "/v1/time",
    "/openapi.json",
    `/${encodeURIComponent(printable(random))}`,
  ]);
  const query = random.pick([
    "",
    "",
    "?token=a.b.c",
    `?${encodeURIComponent(printable(random))}`,
    "?%",
  ]);
  const method = random.pick([
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
  ]);
  const headers = Object.fromEntries(
    Array.from({ length: random.below(4) }, () => [random.pick(names), headerValue(random)]),
  );
  const hasBody = method === "POST" || method === "PUT";
  if (hasBody && random.next() < 0.8) headers["Content-Type"] = "application/json";
  const body = hasBody ? someBody(random, seat) : undefined;
  return { path: path + query, init: { method, headers, ...(body === undefined ? {} : { body }) } };
}

const names = [
  "Content-Type",
  "Range",
  "If-Range",
  "If-None-Match",
  "Upgrade",
  "Origin",
  "Authorization",
  "X-Request-Id",
  "CF-Connecting-IP",
  "Accept-Language",
];

function headerValue(random: Random): string {
  return random.pick(["websocket", "bytes=0-", "bytes=-5", "Bearer x.y.z", "*", printable(random)]);
}

/** Text that a header or an address can hold. */
function printable(random: Random): string {
  return random
    .text(30)
    .replace(/[^\x20-\x7e]/g, "")
    .trim();
}

function someBody(random: Random, seat: string): string {
  const value = () =>
    random.pick<unknown>([
      "x",
      "",
      7,
      null,
      true,
      [],
      {},
      seat,
      random.text(100),
      "x".repeat(random.below(3_000)),
      { a: { b: [1] } },
    ]);
  const fields = Object.fromEntries(
    Array.from({ length: random.below(4) }, () => [
      random.pick(["title", "mediaId", "name", "seat", "__proto__", "constructor", random.text(5)]),
      value(),
    ]),
  );
  const text = JSON.stringify(random.next() < 0.8 ? fields : value());
  const cut = random.below(text.length + 1);
  return random.pick([
    text,
    text,
    text,
    text.slice(0, cut),
    text + random.text(3),
    "[".repeat(random.below(100)),
    " ".repeat(70_000),
  ]);
}
