import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { pingFrame, pongFrame } from "../../protocol/room.ts";
import { ask, enter, newRoom } from "./enter.ts";
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

test("joining and leaving writes nothing", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  const bob = await enter("parties", room, "bob");
  await bob.next("welcome");
  bob.close();
  await ann.next("members", ({ members }) => (members as unknown[]).length === 1);
  expect(await storedBy(room)).toEqual({});
});

test("an anchor is the one thing a watch room stores", async () => {
  const room = newRoom();
  const ann = await enter("parties", room, "ann");
  ann.send({ type: "seek", seq: 0, position_ms: 5000 });
  const { anchor } = await ann.next("anchor");
  expect(await storedBy(room)).toEqual({ "room/anchor": anchor });
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
