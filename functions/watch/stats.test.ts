import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { foldRoomSums } from "../../platform/reports/watch-reports.ts";
import { driftBucketOf, driftBuckets, noDrift } from "../../protocol/watch/report.ts";
import { watchRoomStateSchema } from "../../protocol/watch/rest.ts";
import { watchRoomStatsSchema, watchStatsSchema } from "../../protocol/watch/stats.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { doorOf, parsed, problemOf } from "./testing/door.ts";

let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

/** Looks at a player, so many at each drift. */
const looks = (...counts: readonly (readonly [drift_ms: number, count: number])[]) => {
  const drift = noDrift();
  for (const [drift_ms, count] of counts) drift[driftBucketOf(drift_ms)] = count;
  return drift;
};
const silence = {
  ...{ people: 0, peak: 0, messages: 0, messages_per_s: 0 },
  drift: { p50_ms: null, p95_ms: null, p99_ms: null },
  ...{ driftCounts: noDrift(), corrections: 0, stalls: 0, resumes: 0, gateWaits: 0, server_ms: 1 },
};

describe("GET /v1/watch/rooms/:id/state", () => {
  const state = { position_ms: 1_500, playing: true, members: 2, server_ms: 1 };

  test("is the room's own word", async () => {
    const { room } = await door.created();
    cloud.room = () => Response.json(state);
    expect(await parsed(await door.get(room.id, "/state"), watchRoomStateSchema)).toEqual(state);
    const [asked] = cloud.roomRequests;
    expect(new URL(asked?.url ?? "").pathname).toBe(`/parties/watch/${room.id}`);
    expect(await asked?.json()).toEqual({ type: "state" });
  });

  test.each(["/state", "/stats"])("wakes no room that does not exist (%s)", async (what) => {
    expect(await problemOf(door.get("nobody-here", what))).toMatchObject({
      status: 404,
      code: "room_not_found",
    });
    expect(cloud.roomRequests).toEqual([]);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("overloaded"))],
    ["shows its stack", () => new Response("Error: at line 7", { status: 500 })],
    ["refuses", () => Response.json({ code: "bad_request" }, { status: 400 })],
    ["answers nonsense", () => new Response("<html>")],
    ["answers something else", () => Response.json({ position_ms: "late" })],
  ])("of a room that %s is `room_unavailable`", async (_what, room) => {
    const { room: made } = await door.created();
    cloud.room = room;
    const response = await door.get(made.id, "/state");
    expect(response.headers.get("Retry-After")).not.toBeNull();
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 503, code: "room_unavailable" });
    expect(JSON.stringify(problem)).not.toContain("line 7");
  });
});

describe("a report over HTTP", () => {
  const report = { drift: looks([3, 90], [70, 10]), corrections: 2, resumes: 1, rtt_ms: 40 };

  test("is added to what the room itself says, which sleeps meanwhile", async () => {
    const { room, seat } = await door.created();
    for (const _ of [1, 2]) expect((await door.report(room.id, { seat, report })).status).toBe(204);
    expect(cloud.roomRequests).toEqual([]);
    cloud.room = () =>
      Response.json({ ...silence, people: 3, peak: 4, driftCounts: looks([900, 8]), stalls: 5 });
    const stats = await parsed(await door.get(room.id, "/stats"), watchRoomStatsSchema);
    expect(stats).toMatchObject({
      ...{ people: 3, peak: 4, corrections: 4, stalls: 5, resumes: 2, gateWaits: 0 },
      drift: { p50_ms: 5, p95_ms: 80, p99_ms: 1_000 },
      driftCounts: looks([3, 180], [70, 20], [900, 8]),
      httpReports: 2,
    });
  });

  test("is kept for a day, and costs commands for what it says alone", async () => {
    const { room, seat } = await door.created();
    const before = cloud.commands.length;
    await door.report(room.id, { seat, report });
    const sent = cloud.commands.slice(before).filter((name) => name !== "EVALSHA");
    expect(sent.toSorted()).toEqual([...Array(2).fill("EXPIRE"), ...Array(10).fill("HINCRBY")]);
    cloud.now_ms += 24 * 3_600_000;
    cloud.room = () => Response.json(silence);
    expect(await parsed(await door.get(room.id, "/stats"), watchRoomStatsSchema)).toMatchObject({
      httpReports: 0,
    });
  });

  test.each([
    ["without a seat", { report: { drift: noDrift() } }, "bad_request"],
    ["with a seat that is none", { seat: "x", report: { drift: noDrift() } }, "token_invalid"],
    ["with too few counts", { report: { drift: [1] } }, "bad_request"],
    ["with a count below zero", { report: { drift: looks([1, -1]) } }, "bad_request"],
    ["with a count beyond belief", { report: { drift: looks([1, 1e9]) } }, "bad_request"],
    ["with half a count", { report: { drift: looks([1, 0.5]) } }, "bad_request"],
  ])("%s is refused", async (what, json, code) => {
    const { room, seat } = await door.created();
    const body = what.includes("seat") ? json : { seat, ...json };
    expect(await problemOf(door.report(room.id, body))).toMatchObject({ code });
    expect(cloud.store.hash(`watch:reports:room:${room.id}`)).toEqual({});
  });

  test("from another room's seat is refused", async () => {
    const [one, other] = [await door.created(), await door.created()];
    const json = { seat: other.seat, report: { drift: noDrift() } };
    expect(await problemOf(door.report(one.room.id, json))).toMatchObject({
      status: 401,
      code: "token_invalid",
    });
  });

  test("that cannot be counted says so, and the room's own word stands without it", async () => {
    const { room, seat } = await door.created();
    await door.report(room.id, { seat, report });
    cloud.redis = "down";
    expect(await problemOf(door.report(room.id, { seat, report }))).toMatchObject({ status: 503 });
    cloud.room = () => Response.json(silence);
    expect(await parsed(await door.get(room.id, "/stats"), watchRoomStatsSchema)).toEqual({
      ...silence,
      httpReports: null,
    });
  });

  test("has as many buckets as the room counts in", () => {
    expect(looks()).toHaveLength(driftBuckets);
  });
});

describe("GET /v1/watch/stats", () => {
  const stats = async () => await parsed(await cloud.request("/v1/watch/stats"), watchStatsSchema);

  test("tells of all rooms together and wakes none", async () => {
    const { meter } = cloud.services;
    meter.sockets("watch", "room-1", 3);
    meter.sockets("watch", "room-2", 1);
    meter.count("watch", "socket_messages_in", 4_000);
    await meter.flush();
    const [one, other] = [await door.created(), await door.created()];
    const report = { drift: looks([3, 50], [300, 1]), gateWaits: 1 };
    await door.report(one.room.id, { seat: one.seat, report });
    await door.report(other.room.id, { seat: other.seat, report });
    const { window_s, messages_per_s, ...rest } = await stats();
    expect(rest).toEqual({
      ...{ rooms: 2, people: 4, corrections: 0, stalls: 0, resumes: 0, gateWaits: 2 },
      drift: { p50_ms: 5, p95_ms: 5, p99_ms: 500 },
      ...{ httpReports: 2, server_ms: cloud.now_ms },
    });
    expect(messages_per_s).toBeCloseTo(4_000 / window_s, 3);
    expect(cloud.roomRequests).toEqual([]);
    expect(cloud.database.queries).toBe(2);
  });

  test("adds what rooms heard over their sockets, once they have told", async () => {
    const heard = { corrections: 3, stalls: 0, resumes: 1, gateWaits: 0 };
    await foldRoomSums(cloud.services.redis, { drift: looks([3, 9]), ...heard }, cloud.now_ms);
    expect(await stats()).toMatchObject({ ...heard, httpReports: 0, drift: { p99_ms: 5 } });
  });

  test("forgets what was reported two hours ago", async () => {
    const { room, seat } = await door.created();
    await door.report(room.id, { seat, report: { drift: looks([3, 50]) } });
    cloud.now_ms += 2 * 3_600_000;
    expect(await stats()).toMatchObject({ httpReports: 0, drift: { p50_ms: null } });
  });

  test("cannot be told without Redis, and says so", async () => {
    cloud.redis = "down";
    const problem = await problemOf(cloud.request("/v1/watch/stats"));
    expect(problem).toMatchObject({ status: 503, code: "unavailable" });
  });
});
