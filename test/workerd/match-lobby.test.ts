import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { closeCodes, pingFrame } from "../../protocol/room.ts";
import { newRoom } from "./enter.ts";
import { askMatch, enterLobby, follow } from "./match-enter.ts";
import { wakesOf } from "./wakes.ts";

const stubOf = (room: string) => env.LOBBY_ROOM.getByName(room);
const sleep = (room: string) => evictDurableObject(stubOf(room), { webSockets: "hibernate" });
const state = (room: string) => askMatch("lobby", room, { type: "state" });
const alarmOf = (room: string) =>
  runInDurableObject(stubOf(room), (_, ctx) => ctx.storage.getAlarm());
const nobody = { genders: ["nobody"], firm: ["genders"] };

afterEach(() => vi.restoreAllMocks());

test("an idle lobby sleeps: pings wake nothing, no alarm is set, nothing is stored", async () => {
  const room = newRoom();
  const sockets = await Promise.all(
    Array.from({ length: 30 }, (_, number) => enterLobby(room, `member-${number}`)),
  );
  for (const socket of sockets) await socket.next("welcome");
  await sleep(room);
  for (let round = 1; round <= 3; round += 1)
    for (const socket of sockets) {
      socket.sendRaw(pingFrame);
      await socket.until("a pong", () => socket.texts.length === round);
    }
  expect(wakesOf(room)).toBe(1);
  expect(await alarmOf(room)).toBeNull();
  const stored = await runInDurableObject(stubOf(room), (_, ctx) =>
    ctx.storage.list({ prefix: "room/" }),
  );
  expect(stored.size).toBe(0);
});

test("a lobby put to sleep at every turn still brings two together", async () => {
  const room = newRoom();
  const ann = await enterLobby(room, "ann");
  ann.send({ type: "enqueue", wishes: {} });
  await ann.next("waiting");
  await sleep(room);
  const bob = await enterLobby(room, "bob");
  bob.send({ type: "enqueue", wishes: {} });
  const { callId, token, ice } = await ann.next("matched");
  expect(ice).toMatchObject({ iceServers: [{ urls: ["stun:stun.cloudflare.com:3478"] }] });
  await bob.next("matched");
  await sleep(room);
  for (const person of [ann, bob]) {
    person.send({ type: "seated", callId });
    await state(room);
    await sleep(room);
  }
  for (const person of [ann, bob])
    expect(await person.next("ended")).toMatchObject({ end: "matched" });
  expect(wakesOf(room)).toBeGreaterThan(3);
  // The token that the lobby signed opens the call.
  const call = await follow("call", String(callId), String(token));
  call.send({ type: "hello" });
  expect(await call.next("welcome")).toMatchObject({ memberId: "ann", partner: { id: "bob" } });
});

test("tokens that were being signed when the lobby was evicted are signed again", async () => {
  const room = newRoom();
  const ann = await enterLobby(room, "ann");
  const bob = await enterLobby(room, "bob");
  for (const person of [ann, bob]) {
    person.send({ type: "enqueue", wishes: {} });
    await person.next("waiting");
  }
  await bob.next("matched");
  await sleep(room);
  // The pair is stored; the first event after the wake asks anew, and both are told again.
  await state(room);
  await bob.next("matched");
});

test("a wish gives way at the alarm, in a lobby that sleeps", async () => {
  const room = newRoom();
  const ann = await enterLobby(room, "ann");
  const bob = await enterLobby(room, "bob");
  ann.send({ type: "enqueue", wishes: { interests: "shared" } });
  await ann.next("waiting");
  bob.send({ type: "enqueue", wishes: {} });
  await bob.next("waiting");
  await sleep(room);
  const now_ms = Date.now() + 6_000;
  vi.spyOn(Date, "now").mockImplementation(() => now_ms);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await ann.next("matched")).toMatchObject({ partner: { id: "bob" } });
});

test("a member has two connections, exactly, however many come at once", async () => {
  const room = newRoom();
  const sockets = await Promise.all(Array.from({ length: 12 }, () => enterLobby(room, "ann")));
  await expect
    .poll(() => sockets.filter(({ closed }) => closed?.code === closeCodes.replaced).length)
    .toBe(10);
  expect(await state(room)).toMatchObject({ users: 1, connections: 2 });
});

test("of many who come at once exactly as many get in as there is room for", async () => {
  const room = newRoom();
  const [comers, capacity] = [150, 50];
  const sockets = await Promise.all(
    Array.from({ length: comers }, (_, n) => enterLobby(room, `member-${n}`, { capacity })),
  );
  for (const socket of sockets) await socket.until("a first frame", () => socket.frames.length > 0);
  const welcomed = sockets.filter(({ frames }) => frames[0]?.type === "welcome");
  const refused = sockets.filter(({ frames }) => frames[0]?.code === "room_full");
  expect([welcomed.length, refused.length]).toEqual([capacity, comers - capacity]);
  expect(await state(room)).toMatchObject({ connections: capacity, utilisation: 1 });
  welcomed[0]?.close();
  await welcomed[0]?.whenClosed();
  const next = await enterLobby(room, "next", { capacity });
  await next.next("welcome");
});

test("a place whose owner vanished without a close is free within 45 s, and whoever pings keeps theirs", async () => {
  const room = newRoom();
  const capacity = 2;
  const began_ms = Date.now() - 25_000;
  const at = (after_ms: number) =>
    vi.spyOn(Date, "now").mockImplementation(() => began_ms + after_ms);
  at(0);
  const gone = await enterLobby(room, "gone", { capacity });
  const here = await enterLobby(room, "here", { capacity });
  await here.next("welcome");
  await sleep(room);
  // The platform answers this ping without waking the lobby, and remembers when: 25 s later.
  here.sendRaw(pingFrame);
  await here.until("a pong", () => here.texts.length > 0);
  at(39_000);
  const early = await enterLobby(room, "early", { capacity });
  await early.next("error", ({ code }) => code === "room_full");
  at(45_000);
  const next = await enterLobby(room, "next", { capacity });
  await next.next("welcome");
  expect(await gone.whenClosed()).toMatchObject({ code: closeCodes.silent });
  expect(here.closed).toBeUndefined();
  expect(await state(room)).toMatchObject({ users: 2, connections: 2 });
});

test("nobody is paired who has blocked the other, across sleeps", async () => {
  const room = newRoom();
  const ann = await enterLobby(room, "ann");
  const bob = await enterLobby(room, "bob");
  await bob.next("welcome");
  await askMatch("lobby", room, { type: "block", by: "ann", member: "bob" });
  await sleep(room);
  for (const person of [ann, bob]) {
    person.send({ type: "enqueue", wishes: {} });
    await person.next("waiting");
    await sleep(room);
  }
  expect(await state(room)).toMatchObject({ queueDepth: 2, pairing: 0 });
});

test("one who waits and one who only is there: the first is a row, the second none", async () => {
  const room = newRoom();
  const ann = await enterLobby(room, "ann");
  const bob = await enterLobby(room, "bob");
  ann.send({ type: "enqueue", wishes: nobody });
  await ann.next("waiting");
  await bob.next("welcome");
  const keys = await runInDurableObject(stubOf(room), async (_, ctx) => [
    ...(await ctx.storage.list({ prefix: "room/" })).keys(),
  ]);
  expect(keys).toEqual(["room/ticket/ann"]);
});
