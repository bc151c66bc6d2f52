import { expect, test } from "vitest";
import { deleteWatchRoom, findWatchRoom } from "../../db/queries/watch.ts";
import { parsed, problemOf } from "../../functions/watch/testing/door.ts";
import { redisDirectory } from "../../platform/directory/redis-directory.ts";
import { foldRoomSums } from "../../platform/reports/watch-reports.ts";
import { verifyRoomOrResumeToken } from "../../platform/tokens/room.ts";
import { closeCodes } from "../../protocol/room.ts";
import { watchRoomListSchema } from "../../protocol/watch/listing.ts";
import { noDrift } from "../../protocol/watch/report.ts";
import { watchRoomSchema } from "../../protocol/watch/rest.ts";
import { watchRoomStatsSchema } from "../../protocol/watch/stats.ts";
import { RoomSim } from "../../rooms/testing/sim.ts";
import { watchMachine } from "../../rooms/watch/machine.ts";
import { runWatchTask } from "../../rooms/watch/outside/tasks.ts";
import type { Heard, WatchState, WatchTypes } from "../../rooms/watch/types.ts";
import { onEachWatchSite, type WatchSite } from "./watch-site.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
const hour_ms = 3_600_000;

type Room = RoomSim<WatchState, WatchTypes>;
type Door = ReturnType<WatchSite["person"]>["door"];

/** The functions over real databases and the real machine of a room, with no host between them. */
onEachWatchSite("Functions and the room", (site) => {
  const rooms = new Map<string, Room>();
  const roomOf = (id: string): Room => {
    const room = rooms.get(id) ?? new RoomSim(watchMachine);
    if (!rooms.has(id)) Object.assign(room, { now_ms: Date.now() });
    rooms.set(id, room);
    return room;
  };
  const answering = () => {
    site().room = (id, asked) => roomOf(id).ask(asked);
  };
  /** Does what the room has asked for since the last time. */
  const work = async (id: string) => {
    const outside = {
      directory: redisDirectory(site().redis, "watch"),
      deleteRow: (room: string) => deleteWatchRoom(site().db, room),
      tell: (heard: Heard) => foldRoomSums(site().redis, heard, Date.now()),
    };
    const room = roomOf(id);
    for (const task of room.tasks.splice(0)) {
      const fail = (error: unknown) => {
        throw error;
      };
      room.answer(await runWatchTask(task, id, outside, fail));
    }
  };
  /** Goes in with a token, as the gate would let it. */
  const enter = async (id: string, token: string, connectionId: string) => {
    const address = { party: "watch", room: id };
    const verified = await verifyRoomOrResumeToken(token, address, keys, Date.now());
    if (!verified.ok) throw new Error(verified.code);
    return roomOf(id).join(connectionId, verified.claims);
  };
  const come = async (door: Door, id: string, name: string, more: object = {}) => {
    const joined = await door.joined(id, { name, ...more });
    const heard = await enter(id, joined.token, name);
    await expect
      .poll(async () => (await findWatchRoom(site().db, id))?.joined, { timeout: 20_000 })
      .toBe(true);
    return { ...joined, heard };
  };
  const listed = async (door: Door) =>
    (await parsed(await door.list(), watchRoomListSchema)).rooms.map(
      ({ id, title, people, hasPassword }) => ({ id, title, people, hasPassword }),
    );

  test("a public room announces itself, follows its host's changes, and goes when it is ended", async () => {
    answering();
    const { door } = site().person();
    const { room, seat } = await door.created({ title: "Film night", public: true });
    const host = await come(door, room.id, "ann", { seat });
    expect(host.heard[0]).toMatchObject({ type: "welcome", options: { title: "Film night" } });
    await come(door, room.id, "bob");
    roomOf(room.id).pass(20_000);
    await work(room.id);
    const shown = { id: room.id, title: "Film night", people: 2, hasPassword: false };
    expect(await listed(door)).toEqual([shown]);

    const changes = { title: "Late show", password: "open sesame" };
    expect((await door.change(room.id, changes, host.seat)).status).toBe(200);
    roomOf(room.id).pass(20_000);
    await work(room.id);
    expect(await listed(door)).toEqual([{ ...shown, title: "Late show", hasPassword: true }]);
    expect(roomOf(room.id).sentTo("bob")).toContainEqual(
      expect.objectContaining({
        type: "options",
        options: expect.objectContaining({ title: "Late show", hasPassword: true }),
      }),
    );

    expect((await door.end(room.id, host.seat)).status).toBe(204);
    await work(room.id);
    expect(roomOf(room.id).closed.get("bob")).toBe(closeCodes.roomNotFound);
    expect(await listed(door)).toEqual([]);
    expect(await findWatchRoom(site().db, room.id)).toBeUndefined();
    expect(await problemOf(door.get(room.id))).toMatchObject({ code: "room_expired" });
    expect(await problemOf(door.end(room.id, host.seat))).toMatchObject({ code: "room_expired" });
    await enter(room.id, host.resume, "ann again");
    expect(roomOf(room.id).closed.get("ann again")).toBe(closeCodes.roomNotFound);
  });

  test("whoever the room is handed over to is its host over HTTP, and the old one is not", async () => {
    answering();
    const { door } = site().person();
    const { room, seat } = await door.created();
    const ann = await come(door, room.id, "ann", { seat });
    const bob = await come(door, room.id, "bob");
    expect(await problemOf(door.change(room.id, { title: "Bob's" }, bob.seat))).toMatchObject({
      code: "not_allowed",
    });
    roomOf(room.id).say("ann", { type: "hand_over", memberId: bob.memberId });
    expect(await problemOf(door.change(room.id, { title: "Ann's" }, ann.seat))).toMatchObject({
      code: "not_allowed",
    });
    const changed = await door.change(room.id, { title: "Bob's" }, bob.seat);
    expect(await parsed(changed, watchRoomSchema)).toMatchObject({ title: "Bob's" });
    const invited = await door.invite(room.id, { role: "cohost" }, ann.seat);
    expect(await problemOf(invited)).toMatchObject({ code: "not_allowed" });
    const { invite } = await door.invited(room.id, { role: "cohost" }, bob.seat);
    const cohost = await come(door, room.id, "cleo", { invite });
    expect(cohost.heard[0]).toMatchObject({
      members: expect.arrayContaining([
        expect.objectContaining({ id: cohost.memberId, role: "cohost" }),
      ]),
    });
  });

  test("somebody banned is kept out: with the seat, without it, and by the resume token", async () => {
    answering();
    const { door } = site().person();
    const { room, seat } = await door.created();
    await come(door, room.id, "ann", { seat });
    const eve = site().person();
    await eve.visitor.signUp();
    const first = await come(eve.door, room.id, "eve");
    roomOf(room.id).say("ann", { type: "ban", memberId: first.memberId });
    expect(roomOf(room.id).closed.get("eve")).toBe(closeCodes.banned);

    const again = await eve.door.joined(room.id, { name: "nobody you know" });
    expect(again.memberId).not.toBe(first.memberId);
    await enter(room.id, again.token, "eve, a new seat");
    await enter(room.id, first.resume, "eve, resumed");
    const back = await eve.door.joined(room.id, { name: "eve", seat: first.seat });
    await enter(room.id, back.token, "eve, her seat");
    for (const name of ["eve, a new seat", "eve, resumed", "eve, her seat"])
      expect(roomOf(room.id).closed.get(name), name).toBe(closeCodes.banned);
    expect(await problemOf(eve.door.invite(room.id, {}, first.seat))).toMatchObject({
      code: "room_banned",
    });
  });

  test("a room that everybody left is over a day later, and nothing of it is left", async () => {
    answering();
    const { door } = site().person();
    const { room, seat } = await door.created({ title: "x", public: true });
    await come(door, room.id, "ann", { seat });
    await work(room.id);
    expect(await listed(door)).toHaveLength(1);
    roomOf(room.id).leave("ann");
    await work(room.id);
    roomOf(room.id).pass(23 * hour_ms);
    await work(room.id);
    expect(await findWatchRoom(site().db, room.id)).toBeDefined();
    for (let tries = 0; tries < 3; tries += 1) {
      roomOf(room.id).pass(2 * hour_ms);
      await work(room.id);
    }
    expect(roomOf(room.id).stored.size).toBe(0);
    expect(await listed(door)).toEqual([]);
    // The room's day went by in no time, and the copy of its row is still young.
    await site().redis.flushall();
    expect(await problemOf(door.join(room.id, { name: "ann", seat }))).toMatchObject({
      status: 410,
      code: "room_expired",
    });
  });

  test("statistics are the room's, with reports over HTTP added", async () => {
    answering();
    const { door } = site().person();
    const { room, seat } = await door.created();
    const ann = await come(door, room.id, "ann", { seat });
    const drift = noDrift().map((_none, bucket) => (bucket === 0 ? 20 : 0));
    roomOf(room.id).say("ann", { type: "hello", rtt_ms: 30, report: reportOf(drift) });
    const sent = await door.report(room.id, { seat: ann.seat, report: { drift, corrections: 1 } });
    expect(sent.status).toBe(204);
    const stats = await parsed(await door.get(room.id, "/stats"), watchRoomStatsSchema);
    expect(stats).toMatchObject({ people: 1, peak: 1, corrections: 1, httpReports: 1 });
    expect(stats.driftCounts[0]).toBe(40);
  });
});

function reportOf(drift: number[]) {
  return { drift, corrections: 0, stalls: 0, resumes: 0, gateWaits: 0 };
}
