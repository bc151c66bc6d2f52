import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { signRoomToken, verifyRoomToken } from "../../platform/tokens/room.ts";
import { seatLifetime_ms, signSeat, verifySeat } from "../../platform/tokens/seat.ts";
import { problemSchema } from "../../protocol/problem.ts";
import {
  createdWatchRoomSchema,
  joinedWatchRoomSchema,
  watchMediaListSchema,
  watchRoomSchema,
  watchRoomStateSchema,
} from "../../protocol/watch/rest.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const create = async (json: unknown = { title: "Film night" }) =>
  createdWatchRoomSchema.parse(
    await (await cloud.request("/v1/watch/rooms", { method: "POST", json })).json(),
  );
const join = (id: string, json: unknown) =>
  cloud.request(`/v1/watch/rooms/${id}/join`, { method: "POST", json });
const joined = async (id: string, json: unknown) =>
  joinedWatchRoomSchema.parse(await (await join(id, json)).json());
const problemOf = async (response: Response) => {
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
};

describe("POST /v1/watch/rooms", () => {
  test("makes a room that is kept, with an id nobody can guess", async () => {
    const { room } = await create({ title: "  Film night " });
    expect(room).toMatchObject({ title: "Film night", media: { id: "timecode" } });
    expect(room.id).toMatch(/^[A-Za-z0-9_-]{16}$/);
    const response = await cloud.request(`/v1/watch/rooms/${room.id}`);
    expect(watchRoomSchema.parse(await response.json())).toEqual(room);
    expect((await create()).room.id).not.toBe(room.id);
  });

  test("answers 201 and hands its maker the seat of a host", async () => {
    const response = await cloud.request("/v1/watch/rooms", {
      method: "POST",
      json: { title: "x" },
    });
    expect(response.status).toBe(201);
    const { room, seat } = createdWatchRoomSchema.parse(await response.json());
    const verified = await verifySeat(seat, { party: "watch", room: room.id }, keys, cloud.now_ms);
    expect(verified).toMatchObject({ ok: true, seat: { role: "host" } });
  });

  test("does not wake the room", async () => {
    await create();
    expect(cloud.roomRequests).toEqual([]);
  });

  test.each([
    ["no title", {}, "title"],
    ["a blank title", { title: "  " }, "title"],
    ["a long title", { title: "x".repeat(81) }, "title"],
    ["a title with a NUL", { title: "a\u0000b" }, "title"],
    ["a number for a title", { title: 7 }, "title"],
    ["a clip that is not there", { title: "x", mediaId: "nope" }, "mediaId"],
    ["a list", [], ""],
    ["null", null, ""],
  ])("refuses %s and names the field", async (_what, json, path) => {
    const response = await cloud.request("/v1/watch/rooms", { method: "POST", json });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, code: "bad_request" });
    expect(problem.issues?.map((issue) => issue.path)).toContain(path);
    expect(cloud.database.rows.size).toBe(0);
  });

  test("with Postgres down is `unavailable` with a time to come back, not a 500", async () => {
    cloud.postgres = "down";
    const response = await cloud.request("/v1/watch/rooms", {
      method: "POST",
      json: { title: "x" },
    });
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  test("fails closed with Redis down: a row that stays is not made uncounted", async () => {
    cloud.redis = "down";
    const response = await cloud.request("/v1/watch/rooms", {
      method: "POST",
      json: { title: "x" },
    });
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
    expect(cloud.database.rows.size).toBe(0);
  });
});

describe("GET /v1/watch/rooms/:id", () => {
  test("of no room is `room_not_found`", async () => {
    const response = await cloud.request("/v1/watch/rooms/nobody-here");
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "room_not_found" });
  });

  test("of an id that can be no room's is a bad request, and asks nobody", async () => {
    const response = await cloud.request("/v1/watch/rooms/a.b");
    expect(await problemOf(response)).toMatchObject({ status: 400, code: "bad_request" });
    expect(cloud.database.queries).toBe(0);
  });

  test("works with Redis down: its limit fails open", async () => {
    const { room } = await create();
    cloud.redis = "down";
    expect((await cloud.request(`/v1/watch/rooms/${room.id}`)).status).toBe(200);
  });
});

describe("POST /v1/watch/rooms/:id/join", () => {
  test("without a seat makes a viewer, a new one each time", async () => {
    const { room } = await create();
    const first = await joined(room.id, { name: "Ann" });
    const second = await joined(room.id, { name: "Bob" });
    expect(first.role).toBe("viewer");
    expect(first.memberId).not.toBe(second.memberId);
  });

  test("hands out a token that opens this room's socket for a minute", async () => {
    const { room } = await create();
    const { token, tokenExpiresAt_ms, memberId, socketPath } = await joined(room.id, {
      name: "Ann",
    });
    expect(socketPath).toBe(`/parties/watch/${room.id}`);
    expect(tokenExpiresAt_ms - cloud.now_ms).toBe(60_000);
    const address = { party: "watch", room: room.id };
    expect(await verifyRoomToken(token, address, keys, cloud.now_ms)).toEqual({
      ok: true,
      claims: {
        ...address,
        member: memberId,
        name: "Ann",
        role: "viewer",
        data: { mediaId: "timecode" },
      },
    });
    expect((await verifyRoomToken(token, address, keys, tokenExpiresAt_ms)).ok).toBe(false);
  });

  test("with a seat is the same person in the same role, by whatever name", async () => {
    const { room, seat } = await create();
    const host = await joined(room.id, { name: "Ann", seat });
    expect(host.role).toBe("host");
    const again = await joined(room.id, { name: "Anna", seat: host.seat });
    expect(again).toMatchObject({ role: "host", memberId: host.memberId });
  });

  test("refuses a seat of another room", async () => {
    const [one, other] = [await create(), await create()];
    const response = await join(one.room.id, { name: "Eve", seat: other.seat });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "token_invalid" });
  });

  test("refuses a seat that is forged, empty, a room token, or of a role that does not exist", async () => {
    const { room } = await create();
    const address = { party: "watch", room: room.id } as const;
    const lifetime = { now_ms: cloud.now_ms, lifetime_ms: 60_000 };
    const forger = [{ id: "k1", secret: "a guess of at least 32 characters!!!" }];
    const claims = { ...address, member: "m", name: "Eve", role: "host", data: {} };
    const seats = [
      await signSeat({ member: "m", role: "host" }, address, forger, lifetime),
      "",
      await signRoomToken(claims, keys, lifetime),
      await signSeat({ member: "m", role: "king" }, address, keys, lifetime),
    ];
    for (const bad of seats)
      expect(await problemOf(await join(room.id, { name: "Eve", seat: bad }))).toMatchObject({
        status: 401,
        code: "token_invalid",
      });
  });

  test("refuses a seat a day after the last join", async () => {
    const { room, seat } = await create();
    cloud.now_ms += seatLifetime_ms;
    const response = await join(room.id, { name: "Ann", seat });
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "token_invalid" });
  });

  test("of no room is `room_not_found`, with a seat or without", async () => {
    const { seat } = await create();
    for (const json of [{ name: "Ann" }, { name: "Ann", seat }])
      expect(await problemOf(await join("nobody-here", json))).toMatchObject({
        status: 404,
        code: "room_not_found",
      });
  });

  test.each([[{}], [{ name: "" }], [{ name: "x".repeat(41) }], [{ name: "a\u202eb" }], ["Ann"]])(
    "refuses %j",
    async (json) => {
      const { room } = await create();
      expect(await problemOf(await join(room.id, json))).toMatchObject({ code: "bad_request" });
    },
  );
});

describe("GET /v1/watch/rooms/:id/state", () => {
  const state = { position_ms: 1_500, playing: true, members: 2, server_ms: 1 };

  test("is the room's own word", async () => {
    const { room } = await create();
    cloud.room = () => Response.json(state);
    const response = await cloud.request(`/v1/watch/rooms/${room.id}/state`);
    expect(watchRoomStateSchema.parse(await response.json())).toEqual(state);
    const [asked] = cloud.roomRequests;
    expect(new URL(asked?.url ?? "").pathname).toBe(`/parties/watch/${room.id}`);
    expect(await asked?.json()).toEqual({ type: "state" });
  });

  test("wakes no room that does not exist", async () => {
    const response = await cloud.request("/v1/watch/rooms/nobody-here/state");
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "room_not_found" });
    expect(cloud.roomRequests).toEqual([]);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("overloaded"))],
    ["shows its stack", () => new Response("Error: at line 7", { status: 500 })],
    ["refuses", () => Response.json({ code: "bad_request" }, { status: 400 })],
    ["answers nonsense", () => new Response("<html>")],
    ["answers something else", () => Response.json({ position_ms: "late" })],
  ])("of a room that %s is `room_unavailable`", async (_what, room) => {
    const { room: made } = await create();
    cloud.room = room;
    const response = await cloud.request(`/v1/watch/rooms/${made.id}/state`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 503, code: "room_unavailable" });
    expect(JSON.stringify(problem)).not.toContain("line 7");
    expect(response.headers.get("Retry-After")).not.toBeNull();
  });
});

test("GET /v1/watch/media lists the clips that ship", async () => {
  const { media } = watchMediaListSchema.parse(
    await (await cloud.request("/v1/watch/media")).json(),
  );
  expect(media.map(({ id }) => id)).toContain("timecode");
});

describe("a room is read through the cache", () => {
  const kept = (id: string) =>
    vi.waitFor(() => expect(cloud.store.text(`cache:roomDirectory:1:watch:${id}`)).toBeDefined());

  test("so that reads within seconds ask Postgres once", async () => {
    const { room } = await create();
    await cloud.request(`/v1/watch/rooms/${room.id}`);
    await kept(room.id);
    cloud.postgres = "down";
    const response = await cloud.request(`/v1/watch/rooms/${room.id}`);
    expect(watchRoomSchema.parse(await response.json())).toEqual(room);
    expect((await join(room.id, { name: "Ada" })).status).toBe(200);
    cloud.now_ms += 16_000;
    expect((await cloud.request(`/v1/watch/rooms/${room.id}`)).status).toBe(503);
  });

  test("and that there is none is known for seconds, too", async () => {
    expect((await cloud.request("/v1/watch/rooms/nobody-has-this")).status).toBe(404);
    await kept("nobody-has-this");
    cloud.postgres = "down";
    expect((await join("nobody-has-this", { name: "Ada" })).status).toBe(404);
    cloud.now_ms += 6_000;
    expect((await cloud.request("/v1/watch/rooms/nobody-has-this")).status).toBe(503);
  });

  test.each(["down", "silent"] as const)("and is found with Redis %s", async (redis) => {
    const { room } = await create();
    cloud.redis = redis;
    const response = await cloud.request(`/v1/watch/rooms/${room.id}`);
    expect(watchRoomSchema.parse(await response.json())).toEqual(room);
  });
});
