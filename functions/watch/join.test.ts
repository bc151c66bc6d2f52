import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  signRoomToken,
  verifyRoomOrResumeToken,
  verifyRoomToken,
} from "../../platform/tokens/room.ts";
import { seatLifetime_ms, signSeat } from "../../platform/tokens/seat.ts";
import { watchResumeDataSchema, watchRoomDataSchema } from "../../protocol/watch/room-data.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { doorOf, problemOf } from "./testing/door.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

const from = (address: string) =>
  doorOf({
    request: (path, init = {}) =>
      cloud.request(path, { ...init, headers: { ...init.headers, "CF-Connecting-IP": address } }),
  });

describe("POST /v1/watch/rooms/:id/join", () => {
  test("without a seat makes a viewer, a new one each time", async () => {
    const { room } = await door.created();
    const first = await door.joined(room.id, { name: "Ann" });
    const second = await door.joined(room.id, { name: "Bob" });
    expect(first.role).toBe("viewer");
    expect(first.memberId).not.toBe(second.memberId);
  });

  test("hands out a token that opens this room's socket for a minute", async () => {
    const { room } = await door.created({ title: "Film night", gate: true, public: true });
    const joined = await door.joined(room.id, { name: "Ann" });
    expect(joined.socketPath).toBe(`/parties/watch/${room.id}`);
    expect(joined.tokenExpiresAt_ms - cloud.now_ms).toBe(60_000);
    const address = { party: "watch", room: room.id };
    const verified = await verifyRoomToken(joined.token, address, keys, cloud.now_ms);
    if (!verified.ok) throw new Error(verified.code);
    const { data, ...claims } = verified.claims;
    expect(claims).toEqual({ ...address, member: joined.memberId, name: "Ann", role: "viewer" });
    expect(watchRoomDataSchema.parse(data)).toEqual({
      ...{ title: room.title, media: room.source, maxParticipants: 10 },
      ...{ permissions: room.permissions, gate: true, public: true, hasPassword: false },
      session: expect.any(String),
    });
    const late = await verifyRoomToken(joined.token, address, keys, joined.tokenExpiresAt_ms);
    expect(late.ok).toBe(false);
  });

  test("hands out another that opens it again for half a day, and says no more than it must", async () => {
    const { room } = await door.created();
    const joined = await door.joined(room.id, { name: "Ann" });
    const address = { party: "watch", room: room.id };
    expect(joined.resumeExpiresAt_ms - cloud.now_ms).toBe(12 * 3_600_000);
    const at_ms = joined.resumeExpiresAt_ms - 1;
    const verified = await verifyRoomOrResumeToken(joined.resume, address, keys, at_ms);
    if (!verified.ok) throw new Error(verified.code);
    expect(verified.claims).toMatchObject({ member: joined.memberId, resumed: true });
    expect(Object.keys(verified.claims.data)).toEqual(["session"]);
    watchResumeDataSchema.parse(verified.claims.data);
    expect((await verifyRoomToken(joined.resume, address, keys, cloud.now_ms)).ok).toBe(false);
  });

  test("fits the longest source there can be into a token that the gate takes", async () => {
    const source = {
      kind: "file",
      url: `https://films.test/${"x".repeat(960)}`,
      format: "hls",
      title: "ü".repeat(120),
      subtitles: [{ url: `/${"y".repeat(350)}`, lang: "en", label: "z".repeat(40) }],
    };
    const { room } = await door.created({ title: "ü".repeat(80), source });
    const { token } = await door.joined(room.id, { name: "ü".repeat(40) });
    const address = { party: "watch", room: room.id };
    expect(await verifyRoomToken(token, address, keys, cloud.now_ms)).toMatchObject({ ok: true });
  });

  test("with a seat is the same person in the same role, by whatever name", async () => {
    const { room, seat } = await door.created();
    const host = await door.joined(room.id, { name: "Ann", seat });
    expect(host.role).toBe("host");
    const again = await door.joined(room.id, { name: "Anna", seat: host.seat });
    expect(again).toMatchObject({ role: "host", memberId: host.memberId });
  });

  test("knows the holder of a seat again by a mark that is another in each room", async () => {
    const [one, other] = [await door.created(), await door.created()];
    const markOf = async (room: string, json: unknown) => {
      const { token, seat } = await door.joined(room, json);
      const address = { party: "watch", room };
      const verified = await verifyRoomToken(token, address, keys, cloud.now_ms);
      if (!verified.ok) throw new Error(verified.code);
      return { seat, mark: watchRoomDataSchema.parse(verified.claims.data).session };
    };
    const first = await markOf(one.room.id, { name: "Eve" });
    const again = await markOf(one.room.id, { name: "Eva", seat: first.seat });
    const elsewhere = await markOf(other.room.id, { name: "Eve" });
    expect(again.mark).toBe(first.mark);
    expect(elsewhere.mark).not.toBe(first.mark);
  });

  test("refuses a seat of another room, forged, a room token, or of a role that does not exist", async () => {
    const [{ room }, other] = [await door.created(), await door.created()];
    const address = { party: "watch", room: room.id } as const;
    const lifetime = { now_ms: cloud.now_ms, lifetime_ms: 60_000 };
    const forger = [{ id: "k1", secret: "a guess of at least 32 characters!!!" }];
    const claims = { ...address, member: "m", name: "Eve", role: "host", data: {} };
    const seats = [
      other.seat,
      await signSeat({ member: "m", role: "host" }, address, forger, lifetime),
      await signRoomToken(claims, keys, lifetime),
      await signSeat({ member: "m", role: "king" }, address, keys, lifetime),
    ];
    for (const seat of seats)
      expect(await problemOf(door.join(room.id, { name: "Eve", seat }))).toMatchObject({
        status: 401,
        code: "token_invalid",
      });
    expect(await problemOf(door.join(room.id, { name: "Eve", seat: "" }))).toMatchObject({
      code: "token_missing",
    });
  });

  test("refuses a seat a day after the last join", async () => {
    const { room, seat } = await door.created();
    cloud.now_ms += seatLifetime_ms;
    expect(await problemOf(door.join(room.id, { name: "Ann", seat }))).toMatchObject({
      status: 401,
      code: "token_expired",
    });
  });

  test("of no room is `room_not_found`, with a seat or without", async () => {
    const { seat } = await door.created();
    for (const json of [{ name: "Ann" }, { name: "Ann", seat }])
      expect(await problemOf(door.join("nobody-here", json))).toMatchObject({
        status: 404,
        code: "room_not_found",
      });
  });

  test.each([[{}], [{ name: "" }], [{ name: "x".repeat(41) }], [{ name: "a\u202eb" }], ["Ann"]])(
    "refuses %j",
    async (json) => {
      const { room } = await door.created();
      expect(await problemOf(door.join(room.id, json))).toMatchObject({ code: "bad_request" });
    },
  );

  test("does not open a quiet room anew that expired while a copy of it was about", async () => {
    const { room } = await door.created();
    cloud.now_ms = Date.parse("2026-01-03T03:04:00Z");
    const key = `cache:roomDirectory:1:watch:${room.id}`;
    await door.get(room.id);
    await expect.poll(() => cloud.store.text(key), { timeout: 20_000 }).toBeDefined();
    cloud.database.rows.clear();
    expect((await door.get(room.id)).status).toBe(200);
    expect(await problemOf(door.join(room.id, { name: "Ann" }))).toMatchObject({
      status: 410,
      code: "room_expired",
    });
  });

  test("notes that the room is in use, once an hour", async () => {
    const { room } = await door.created();
    const joined = () => cloud.database.rows.get(room.id)?.joined;
    expect(joined()).toBe("false");
    await door.joined(room.id, { name: "Ann" });
    await expect.poll(joined, { timeout: 20_000 }).toBe("true");
  });
});

describe("a room with a password", () => {
  const password = "open sesame";
  const locked = () => door.created({ title: "x", password });

  test("is entered with it, in whatever form the keyboard writes it", async () => {
    const { room } = await door.created({ title: "x", password: "Käse\u00a0brot" });
    for (const typed of ["Käse\u00a0brot", "Käse brot".normalize("NFD")])
      expect((await door.join(room.id, { name: "Ann", password: typed })).status).toBe(200);
  });

  test("says that it has one, and whether the one given is wrong", async () => {
    const { room } = await locked();
    expect(await problemOf(door.join(room.id, { name: "Ann" }))).toMatchObject({
      status: 403,
      code: "password_required",
    });
    for (const wrong of ["open sesam", "Open sesame", ""])
      expect(await problemOf(door.join(room.id, { name: "Ann", password: wrong }))).toMatchObject({
        status: 403,
        code: "password_invalid",
      });
  });

  test("asks nobody for it twice: a seat is enough", async () => {
    const { room, seat } = await locked();
    expect((await door.join(room.id, { name: "Ann", seat })).status).toBe(200);
    const guest = await door.joined(room.id, { name: "Bob", password });
    expect((await door.join(room.id, { name: "Bob", seat: guest.seat })).status).toBe(200);
  });

  test("lets one address try twenty times a minute, and others go on", async () => {
    // The limiter reads the clock itself; a minute that ends among the tries would begin them anew.
    vi.useFakeTimers({ toFake: ["Date"], now: 60_000 * Math.floor(Date.now() / 60_000) + 5_000 });
    onTestFinished(() => void vi.useRealTimers());
    const { room } = await locked();
    const guess = (address: string) => from(address).join(room.id, { name: "Eve", password: "no" });
    for (let tries = 0; tries < 20; tries += 1)
      expect(await problemOf(guess("192.0.2.1"))).toMatchObject({ code: "password_invalid" });
    const refused = await from("192.0.2.1").join(room.id, { name: "Eve", password });
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    expect(await problemOf(guess("192.0.2.2"))).toMatchObject({ code: "password_invalid" });
    const elsewhere = await locked();
    const json = { name: "Eve", password };
    expect((await from("192.0.2.1").join(elsewhere.room.id, json)).status).toBe(200);
  });

  test("lets a thousand addresses together try no more than a room's share", async () => {
    cloud.stop();
    cloud = new FakeCloud({ RATE_LIMITS: "watch_password_room=3/60" });
    door = doorOf(cloud);
    const { room } = await locked();
    const codes: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      const guess = from(`192.0.2.${at}`).join(room.id, { name: "Eve", password: "no" });
      codes.push((await problemOf(guess)).code);
    }
    expect(codes).toEqual([...Array(3).fill("password_invalid"), "rate_limited", "rate_limited"]);
  });

  test("stays closed while tries cannot be counted, but not to those with a seat", async () => {
    const { room, seat } = await locked();
    cloud.redis = "down";
    expect(await problemOf(door.join(room.id, { name: "Eve", password }))).toMatchObject({
      status: 503,
      code: "unavailable",
    });
    expect((await door.join(room.id, { name: "Ann", seat })).status).toBe(200);
  });
});
