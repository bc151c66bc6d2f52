import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { closeCodes, pingFrame, pongFrame } from "../../protocol/room.ts";
import { watchData } from "../conformance/watch-data.ts";
import { ask, enter, newRoom, resume } from "./enter.ts";
import { wakesOf } from "./wakes.ts";

const stubOf = (room: string) => env.WATCH_ROOM.getByName(room);
const sleep = (room: string) => evictDurableObject(stubOf(room), { webSockets: "hibernate" });
const heldSockets = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_, state) => state.getWebSockets().length);

test("hibernation is on: the platform holds the socket, and a new instance answers on it", async () => {
  const room = newRoom();
  const socket = await enter("parties", room, "ann");
  await socket.next("welcome");
  expect(await heldSockets(stubOf(room))).toBe(1);
  await sleep(room);
  expect(wakesOf(room)).toBe(1);
  socket.send({ type: "clock", client_ms: 7 });
  expect(await socket.next("clock")).toMatchObject({ client_ms: 7 });
  expect(wakesOf(room)).toBe(2);
});

test("options on the instance turn hibernation off, which the count of held sockets shows", async () => {
  const stub = env.AWAKE_ROOM.getByName(newRoom());
  const { webSocket } = await stub.fetch("https://rooms.test/", {
    headers: { upgrade: "websocket" },
  });
  expect(webSocket).not.toBeNull();
  webSocket?.accept();
  expect(await heldSockets(stub)).toBe(0);
  webSocket?.close();
});

test("idle sockets and their pings wake nothing", async () => {
  const room = newRoom();
  const sockets = await Promise.all(["ann", "bob", "cho"].map((m) => enter("parties", room, m)));
  for (const socket of sockets) await socket.next("welcome");
  await sleep(room);
  for (let round = 1; round <= 5; round += 1)
    for (const socket of sockets) {
      socket.sendRaw(pingFrame);
      await socket.until("a pong", () => socket.texts.length === round);
    }
  expect(sockets.map(({ texts }) => texts)).toEqual(sockets.map(() => Array(5).fill(pongFrame)));
  expect(wakesOf(room)).toBe(1);
});

test("a visit writes one row at each end, a command one, and mere probes none", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  await ann.next("welcome");
  const opened = Object.keys(await storedBy(room)).sort();
  expect(opened).toEqual(["room/item/first", "room/member/ann", "room/options"]);
  ann.send({ type: "seek", seq: 0, position_ms: 5000 });
  const { anchor } = await ann.next("anchor");
  ann.send({ type: "clock", client_ms: 1 });
  await ann.next("clock");
  const stored = await storedBy(room);
  expect(Object.keys(stored).sort()).toEqual(["room/anchor", ...opened]);
  expect(stored["room/anchor"]).toEqual({ anchor, gate: null });
  const bob = await enter("parties", room, "bob");
  await bob.next("welcome");
  expect(Object.keys(await storedBy(room))).toContain("room/member/bob");
  bob.send({ type: "bye" });
  await ann.next("members", ({ members }) => (members as unknown[]).length === 1);
  expect(Object.keys(await storedBy(room)).sort()).toEqual(["room/anchor", ...opened]);
});

test("while people only watch, no alarm is set and nothing wakes the room or is sent", async () => {
  const room = newRoom();
  const people = [];
  for (const member of ["ann", "bob", "cho"]) people.push(await enter("parties", room, member));
  for (const person of people) await person.next("welcome");
  people[0]?.send({ type: "play", seq: 0 });
  for (const person of people) await person.next("anchor");
  await sleep(room);
  const [wakes, frames] = [wakesOf(room), people.map((person) => person.frames.length)];
  expect(await runDurableObjectAlarm(stubOf(room)), "there is no alarm").toBe(false);
  for (const person of people) {
    person.sendRaw(pingFrame);
    await person.until("a pong", () => person.texts.length > 0);
  }
  // Asking for the alarm built the object once; watching did not.
  expect(wakesOf(room)).toBeLessThanOrEqual(wakes + 1);
  expect(people.map((person) => person.frames.length)).toEqual(frames);
});

test("a chat goes on where it was after a sleep, for those who stayed and for who comes back", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  const bob = await enter("parties", room, "bob");
  ann.send({ type: "say", text: "one" });
  await bob.next("chat");
  await sleep(room);
  ann.send({ type: "say", text: "two" });
  expect(await bob.next("chat")).toMatchObject({ message: { id: 2, text: "two" } });
  await sleep(room);
  const back = await resume(room, "bob", 1);
  expect(await back.next("welcome")).toMatchObject({
    recovered: true,
    chat: [{ id: 2, text: "two" }],
    chatCursor: 2,
  });
});

test("of 100 who come at once into a room for 40, 40 get in", async () => {
  const room = newRoom();
  const racing = Array.from({ length: 100 }, (_, index) => `racer-${index}`);
  const sockets = await Promise.all(
    racing.map((member) =>
      enter("parties", room, member, { data: watchData(member, { maxParticipants: 40 }) }),
    ),
  );
  for (const socket of sockets) await socket.until("an answer", () => socket.frames.length > 0);
  const first = sockets.map(({ frames }) => frames[0]?.type);
  expect(first.filter((type) => type === "welcome")).toHaveLength(40);
  expect(first.filter((type) => type === "error")).toHaveLength(60);
  expect(await (await ask("parties", room, { type: "state" })).json()).toMatchObject({
    members: 40,
  });
});

test("a day after the last person left the alarm leaves nothing behind, and who comes back is told", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  await ann.next("welcome");
  ann.send({ type: "say", text: "hello" });
  await ann.next("chat");
  ann.send({ type: "bye" });
  await ann.whenClosed();
  await expect.poll(async () => Object.keys(await storedBy(room))).toContain("room/emptied");
  const alarm_ms = await runInDurableObject(stubOf(room), (_, state) => state.storage.getAlarm());
  const day_ms = 24 * 3_600_000;
  expect(Number(alarm_ms) - Date.now()).toBeGreaterThan(day_ms - 60_000);
  // The day passes: the room finds that it was left a day ago.
  await runInDurableObject(stubOf(room), async (_, state) => {
    await state.storage.put("room/emptied", Date.now() - day_ms);
  });
  await evictDurableObject(stubOf(room));
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  await expect.poll(() => everythingIn(room)).toEqual([]);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(false);
  const back = await resume(room, "ann", 1);
  expect(await back.next("error")).toMatchObject({ code: "room_not_found" });
  expect(await back.whenClosed()).toMatchObject({ code: closeCodes.roomNotFound });
});

test("somebody whose line broke is gone 30 s later, by the alarm, also when the room slept", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  const bob = await enter("parties", room, "bob");
  await bob.next("welcome");
  bob.close(4000);
  await bob.whenClosed();
  await expect
    .poll(async () => (await storedBy(room))["room/member/bob"])
    .toMatchObject({ away_ms: expect.any(Number) });
  await runInDurableObject(stubOf(room), async (_, state) => {
    const member = await state.storage.get<object>("room/member/bob");
    await state.storage.put("room/member/bob", { ...member, away_ms: Date.now() - 30_000 });
  });
  await sleep(room);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(
    await ann.next("members", ({ members }) => (members as unknown[]).length === 1),
  ).toMatchObject({ members: [{ id: "ann" }] });
});

test("a room that slept knows its anchor and everybody in it", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  const bob = await enter("parties", room, "bob");
  await bob.next("welcome");
  ann.send({ type: "play", seq: 0, position_ms: 5000 });
  await bob.next("anchor");
  await sleep(room);
  const late = await enter("parties", room, "cho");
  expect(await late.next("welcome")).toMatchObject({
    anchor: { seq: 1, playing: true, position_ms: 5000 },
    members: [{ id: "ann" }, { id: "bob" }, { id: "cho" }],
  });
  expect(await (await ask("parties", room, { type: "state" })).json()).toMatchObject({
    playing: true,
    members: 3,
  });
});

test("a room woken by a socket that closes tells the others who left", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  const bob = await enter("parties", room, "bob");
  await bob.next("welcome");
  await sleep(room);
  bob.close();
  expect(await ann.next("members", ({ members }) => (members as unknown[]).length === 1)).toEqual({
    type: "members",
    members: [{ id: "ann", name: "Name of ann", role: "viewer" }],
  });
  expect(await bob.whenClosed()).toMatchObject({ code: 1000 });
});

/** What a room stored, less the one row with its own name that PartyServer writes at its birth. */
async function storedBy(room: string): Promise<Record<string, unknown>> {
  const all = await runInDurableObject(stubOf(room), (_, state) => state.storage.list());
  all.delete("__ps_name");
  return Object.fromEntries(all);
}

/** Every key there is, the library's own too; looked at without waking the room's machine. */
const everythingIn = (room: string) =>
  runInDurableObject(stubOf(room), async (_, state) => [...(await state.storage.list()).keys()]);
