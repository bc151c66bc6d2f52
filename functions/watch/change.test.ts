import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { watchRequestSchema } from "../../protocol/watch/request.ts";
import { watchRoomSchema } from "../../protocol/watch/rest.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { doorOf, parsed, problemOf } from "./testing/door.ts";

let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

type Role = "host" | "cohost" | "viewer" | null;

/** A room that was opened, in which the caller is what is said; hears what it is told. */
async function opened(role: Role, json: unknown = { title: "Film night" }) {
  const made = await door.created(json);
  const row = cloud.database.rows.get(made.room.id);
  cloud.database.rows.set(made.room.id, { ...row, joined: "true" });
  const told: unknown[] = [];
  cloud.room = async (request) => {
    const asked = watchRequestSchema.parse(await request.json());
    if (asked.type !== "member") told.push(asked);
    const member = { role, present: true, banned: false, mayInvite: true, locked: false };
    return Response.json(asked.type === "member" ? member : { ok: true });
  };
  return { ...made, told };
}

describe("PATCH /v1/watch/rooms/:id", () => {
  test("changes what is named, tells the room, and is seen at once", async () => {
    const { room, seat, told } = await opened("host");
    await door.get(room.id);
    const changes = { title: "Late show", maxParticipants: 50, gate: true };
    const changed = await parsed(await door.change(room.id, changes, seat), watchRoomSchema);
    expect(changed).toEqual({ ...room, ...changes });
    expect(told).toEqual([{ type: "update", ...changes }]);
    expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual(changed);
  });

  test("sets a password and takes it away; the room hears only that there is one", async () => {
    const { room, seat, told } = await opened("host");
    await door.change(room.id, { password: "open sesame" }, seat);
    expect(await problemOf(door.join(room.id, { name: "B" }))).toMatchObject({
      code: "password_required",
    });
    await door.change(room.id, { password: null }, seat);
    expect((await door.join(room.id, { name: "B" })).status).toBe(200);
    expect(told).toEqual([
      { type: "update", hasPassword: true },
      { type: "update", hasPassword: false },
    ]);
  });

  test("wakes no room that nobody has ever entered", async () => {
    const { room, seat } = await door.created();
    const changed = await door.change(room.id, { title: "Other" }, seat);
    expect(await parsed(changed, watchRoomSchema)).toMatchObject({ title: "Other" });
    expect(cloud.roomRequests).toEqual([]);
  });

  test.each([["cohost"], ["viewer"], [null]] as const)(
    "is not for somebody who is %s by now, whatever the seat says",
    async (role) => {
      const { room, seat, told } = await opened(role);
      expect(await problemOf(door.change(room.id, { title: "Mine" }, seat))).toMatchObject({
        status: 403,
        code: "not_allowed",
      });
      expect(told).toEqual([]);
      expect(cloud.database.rows.get(room.id)?.title).toBe("Film night");
    },
  );

  test.each([
    ["nothing", {}],
    ["a blank title", { title: " " }],
    ["a password that is too short", { password: "abc" }],
    ["a crowd", { maxParticipants: 201 }],
    ["half a table", { permissions: { chat: "king" } }],
  ])("refuses %s", async (_what, json) => {
    const { room, seat } = await opened("host");
    expect(await problemOf(door.change(room.id, json, seat))).toMatchObject({
      code: "bad_request",
    });
  });

  test("can be asked again when the room did not answer", async () => {
    const { room, seat, told } = await opened("host");
    const { room: answer } = cloud;
    let failures = 1;
    cloud.room = async (request) => {
      const asked = (await request.clone().json()) as { type: string };
      if (asked.type !== "update" || failures-- <= 0) return await answer(request);
      throw new Error("overloaded");
    };
    const change = () => door.change(room.id, { title: "Late show" }, seat);
    expect(await problemOf(change())).toMatchObject({ status: 503, code: "room_unavailable" });
    expect((await change()).status).toBe(200);
    expect(told).toEqual([{ type: "update", title: "Late show" }]);
  });

  test("of a room that is over says so", async () => {
    const { room, seat } = await opened("host");
    cloud.database.rows.clear();
    expect(await problemOf(door.change(room.id, { title: "x" }, seat))).toMatchObject({
      status: 410,
      code: "room_expired",
    });
  });
});

describe("DELETE /v1/watch/rooms/:id", () => {
  test("ends the room for everybody, and nothing of it is kept", async () => {
    const { room, seat, told } = await opened("host");
    expect((await door.end(room.id, seat)).status).toBe(204);
    expect(told).toEqual([{ type: "end" }]);
    expect(cloud.database.rows.size).toBe(0);
    expect(await problemOf(door.join(room.id, { name: "B", seat }))).toMatchObject({
      status: 410,
      code: "room_expired",
    });
  });

  test("asked again finishes what a silent room left undone", async () => {
    const { room, seat, told } = await opened("host");
    const { room: answer } = cloud;
    let failures = 1;
    cloud.room = async (request) => {
      const asked = (await request.clone().json()) as { type: string };
      if (asked.type !== "end" || failures-- <= 0) return await answer(request);
      throw new Error("overloaded");
    };
    expect(await problemOf(door.end(room.id, seat))).toMatchObject({ code: "room_unavailable" });
    expect(await problemOf(door.get(room.id))).toMatchObject({ code: "room_expired" });
    expect((await door.end(room.id, seat)).status).toBe(204);
    expect(told).toEqual([{ type: "end" }]);
  });

  test("of a room of which nothing is left says that it is over", async () => {
    const { room, seat } = await opened("host");
    await door.end(room.id, seat);
    const nobody = { role: null, present: false, banned: false, mayInvite: false, locked: false };
    cloud.room = () => Response.json(nobody);
    expect(await problemOf(door.end(room.id, seat))).toMatchObject({ code: "room_expired" });
  });

  test("is for the host alone", async () => {
    const { room, seat } = await opened("cohost");
    expect(await problemOf(door.end(room.id, seat))).toMatchObject({ code: "not_allowed" });
    expect(await problemOf(door.end(room.id))).toMatchObject({ code: "token_missing" });
    expect(cloud.database.rows.size).toBe(1);
  });

  test("of a room that nobody entered wakes nothing", async () => {
    const { room, seat } = await door.created();
    expect((await door.end(room.id, seat)).status).toBe(204);
    expect(cloud.roomRequests).toEqual([]);
  });

  test("does not mind a list that cannot be told", async () => {
    const { room, seat } = await opened("host", { title: "x", public: true });
    // Limits of changes fail closed, so only what comes after them can fail.
    const { answer } = cloud.store;
    cloud.store.answer = (posted) =>
      JSON.stringify(posted).includes("directory:")
        ? Response.json({ error: "ERR no" }, { status: 400 })
        : answer.call(cloud.store, posted);
    expect((await door.end(room.id, seat)).status).toBe(204);
  });
});
