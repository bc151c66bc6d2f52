import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RoomMember } from "../../protocol/watch/request.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { doorOf, problemOf } from "./testing/door.ts";

let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

const password = "open sesame";
const hour_ms = 3_600_000;

/** What the room says of whoever asks. */
const roomSays = (member: Partial<RoomMember>) => {
  const nobody = { role: null, present: false, banned: false, mayInvite: false, locked: false };
  cloud.room = () => Response.json({ ...nobody, ...member });
};
/** As if somebody had been in the room. */
const opened = (id: string) => {
  const row = cloud.database.rows.get(id);
  if (row !== undefined) cloud.database.rows.set(id, { ...row, joined: "true" });
};

describe("an invite", () => {
  test("lets people in without the password, as what it says", async () => {
    const { room, seat } = await door.created({ title: "x", password });
    const forViewers = await door.invited(room.id, {}, seat);
    const forCohosts = await door.invited(room.id, { role: "cohost" }, seat);
    const join = async (invite: string) => (await door.joined(room.id, { name: "B", invite })).role;
    expect([forViewers.role, await join(forViewers.invite)]).toEqual(["viewer", "viewer"]);
    expect([forCohosts.role, await join(forCohosts.invite)]).toEqual(["cohost", "cohost"]);
  });

  test("ends when it says, an hour to a week from now", async () => {
    const { room, seat } = await door.created();
    const { invite, expiresAt_ms } = await door.invited(room.id, { life_s: 3_600 }, seat);
    expect(expiresAt_ms - cloud.now_ms).toBe(hour_ms);
    cloud.now_ms = expiresAt_ms - 1;
    expect((await door.join(room.id, { name: "B", invite })).status).toBe(200);
    cloud.now_ms = expiresAt_ms;
    expect(await problemOf(door.join(room.id, { name: "B", invite }))).toMatchObject({
      status: 403,
      code: "invite_invalid",
    });
    for (const life_s of [3_599, 7 * 24 * 3_600 + 1, 4_000.5])
      expect(await problemOf(door.invite(room.id, { life_s }, seat))).toMatchObject({
        code: "bad_request",
      });
  });

  test("that was revoked is good no more; one made after that is", async () => {
    const { room, seat } = await door.created({ title: "x", password });
    const { invite: old } = await door.invited(room.id, {}, seat);
    const { seat: guest } = await door.joined(room.id, { name: "B", invite: old });
    opened(room.id);
    roomSays({ role: "host", mayInvite: true });
    expect((await door.revoke(room.id, seat)).status).toBe(204);
    expect(await problemOf(door.join(room.id, { name: "C", invite: old }))).toMatchObject({
      code: "invite_invalid",
    });
    const { invite } = await door.invited(room.id, {}, seat);
    expect((await door.join(room.id, { name: "C", invite })).status).toBe(200);
    // Whoever came by the old one stays.
    expect((await door.join(room.id, { name: "B", seat: guest, invite: old })).status).toBe(200);
  });

  test("of another room, forged or empty is none", async () => {
    const [one, other] = [await door.created(), await door.created()];
    const { invite } = await door.invited(other.room.id, {}, other.seat);
    for (const bad of [invite, other.seat, "x.y.z", ""])
      expect(await problemOf(door.join(one.room.id, { name: "B", invite: bad }))).toMatchObject({
        code: "invite_invalid",
      });
  });

  test("raises the role of a seat, and never lowers it", async () => {
    const { room, seat } = await door.created();
    const { invite } = await door.invited(room.id, { role: "cohost" }, seat);
    const viewer = await door.joined(room.id, { name: "B" });
    const raised = await door.joined(room.id, { name: "B", seat: viewer.seat, invite });
    expect(raised).toMatchObject({ role: "cohost", memberId: viewer.memberId });
    expect((await door.joined(room.id, { name: "A", seat, invite })).role).toBe("host");
  });
});

describe("to invite", () => {
  test("takes a seat in this very room", async () => {
    const [{ room }, other] = [await door.created(), await door.created()];
    for (const [seat, code] of [
      [undefined, "token_missing"],
      [other.seat, "token_invalid"],
      ["nonsense", "token_invalid"],
    ] as const)
      expect(await problemOf(door.invite(room.id, {}, seat))).toMatchObject({ status: 401, code });
  });

  test("takes a role that the room's table lets invite, as the seat has it while nobody was inside", async () => {
    const permissions = { invite: "cohost" };
    const { room, seat } = await door.created({ title: "x", permissions });
    const { seat: viewer } = await door.joined(room.id, { name: "B" });
    await expect
      .poll(() => cloud.database.rows.get(room.id)?.joined, { timeout: 20_000 })
      .toBe("true");
    cloud.database.rows.set(room.id, {
      ...cloud.database.rows.get(room.id),
      joined: "false",
    });
    expect(await problemOf(door.invite(room.id, {}, viewer))).toMatchObject({
      status: 403,
      code: "not_allowed",
    });
    expect((await door.invite(room.id, {}, seat)).status).toBe(201);
    expect(cloud.roomRequests).toEqual([]);
  });

  test("is decided by the room once it was opened: roles change hands in there", async () => {
    const { room, seat } = await door.created();
    opened(room.id);
    roomSays({ role: "viewer", mayInvite: false });
    expect(await problemOf(door.invite(room.id, {}, seat))).toMatchObject({ code: "not_allowed" });
    roomSays({ role: "viewer", mayInvite: true });
    expect((await door.invite(room.id, {}, seat)).status).toBe(201);
    expect(await problemOf(door.invite(room.id, { role: "cohost" }, seat))).toMatchObject({
      code: "not_allowed",
    });
    roomSays({ role: "host", mayInvite: true });
    expect((await door.invite(room.id, { role: "cohost" }, seat)).status).toBe(201);
    roomSays({ role: "viewer", mayInvite: true, banned: true });
    expect(await problemOf(door.invite(room.id, {}, seat))).toMatchObject({ code: "room_banned" });
  });

  test("and to revoke is not for viewers", async () => {
    const { room, seat } = await door.created();
    opened(room.id);
    for (const role of ["viewer", null] as const) {
      roomSays({ role, mayInvite: true });
      expect(await problemOf(door.revoke(room.id, seat))).toMatchObject({ code: "not_allowed" });
    }
    roomSays({ role: "cohost" });
    expect((await door.revoke(room.id, seat)).status).toBe(204);
  });

  test("is told to come back when the room does not answer", async () => {
    const { room, seat } = await door.created();
    opened(room.id);
    cloud.room = () => Promise.reject(new Error("overloaded"));
    expect(await problemOf(door.invite(room.id, {}, seat))).toMatchObject({
      status: 503,
      code: "room_unavailable",
    });
  });
});
