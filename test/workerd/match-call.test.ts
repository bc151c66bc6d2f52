import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newRoom } from "./enter.ts";
import { askMatch, sit } from "./match-enter.ts";
import { wakesOf } from "./wakes.ts";

const stubOf = (room: string) => env.CALL_ROOM.getByName(room);
const sleep = (room: string) => evictDurableObject(stubOf(room), { webSockets: "hibernate" });
const keysOf = (room: string) =>
  runInDurableObject(stubOf(room), async (_, ctx) => [
    ...(await ctx.storage.list({ prefix: "room/" })).keys(),
  ]);

beforeEach(() => {
  database(() => true);
});
afterEach(() => vi.restoreAllMocks());

const candidate = (number: number, generation = 1) => ({
  type: "signal",
  generation,
  number,
  signal: { candidates: [{ candidate: `candidate ${number}` }] },
});

async function started(room: string) {
  const sockets = [await sit(room, "ann"), await sit(room, "bob")] as const;
  for (const socket of sockets) socket.send({ type: "hello" });
  const epochs = [];
  for (const socket of sockets) {
    epochs.push(String((await socket.next("welcome")).epoch));
    await socket.next("restart");
  }
  return { ann: sockets[0], bob: sockets[1], epochs };
}

test("signals pass through a room that is evicted after every one of them", async () => {
  const room = newRoom();
  const { ann, bob } = await started(room);
  for (let number = 1; number <= 5; number += 1) {
    ann.send(candidate(number));
    expect(await bob.next("signal")).toMatchObject({ signal: candidate(number).signal });
    await ann.next("received", (frame) => frame.number === number);
    await sleep(room);
  }
  expect(wakesOf(room)).toBeGreaterThanOrEqual(5);
});

test("a page that comes back to a room which forgot is told so, and both begin anew", async () => {
  const room = newRoom();
  const { ann, epochs } = await started(room);
  ann.send(candidate(1));
  await ann.next("received");
  await sleep(room);
  const again = await sit(room, "bob");
  again.send({ type: "hello", resume: { epoch: epochs[1], seq: 0, sent: 0 } });
  expect(await again.next("welcome")).toMatchObject({ recovered: false });
  for (const page of [ann, again])
    expect(await page.next("restart")).toMatchObject({ generation: 2 });
});

test("after a quiet stretch a page resumes although the room has slept", async () => {
  const room = newRoom();
  const { ann, bob, epochs } = await started(room);
  ann.send(candidate(1));
  await bob.next("signal");
  bob.send({ type: "ack", epoch: epochs[1], seq: 1 });
  // Asking wakes nobody who is awake; the answer comes after the acknowledgement was taken.
  await askMatch("call", room, { type: "state" });
  const now_ms = Date.now() + 6_000;
  vi.spyOn(Date, "now").mockImplementation(() => now_ms);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await keysOf(room)).toEqual(["room/call", "room/lines"]);
  await sleep(room);
  const again = await sit(room, "bob");
  again.send({ type: "hello", resume: { epoch: epochs[1], seq: 1, sent: 0 } });
  expect(await again.next("welcome")).toMatchObject({ recovered: true });
});

test("a lost partner is missed at the alarm, also by a room that slept meanwhile", async () => {
  const room = newRoom();
  const { ann, bob } = await started(room);
  bob.close(1001);
  expect(await ann.next("partner", ({ state }) => state === "lost")).toBeDefined();
  await sleep(room);
  const now_ms = Date.now() + 10_000;
  vi.spyOn(Date, "now").mockImplementation(() => now_ms);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await ann.next("ended")).toMatchObject({ reason: "partner_lost" });
});

/** Postgres as a call meets it: it takes the outcome, or is away. */
function database(isThere: () => boolean): { readonly taken: string[] } {
  const taken: string[] = [];
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_, init) => {
    if (!isThere()) return new Response("away", { status: 503 });
    taken.push(String(init?.body));
    return Response.json({ command: "INSERT", fields: [], rows: [], rowCount: 2 });
  });
  return { taken };
}

/** Both have spoken, and one has hung up. */
async function ended(room: string): Promise<void> {
  const { ann, bob } = await started(room);
  ann.send({ type: "say", key: "k", text: "Hi" });
  await bob.next("chat");
  ann.send({ type: "hangup", reason: "hangup" });
  await bob.next("ended");
  await expect.poll(() => keysOf(room)).toEqual(["room/call"]);
}

test("when no token of a call can be good any more, nothing of it is left", async () => {
  const { taken } = database(() => true);
  const room = newRoom();
  await ended(room);
  await expect.poll(() => taken.length).toBe(1);
  const now_ms = Date.now() + 2 * 3_600_000;
  vi.spyOn(Date, "now").mockImplementation(() => now_ms);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await keysOf(room)).toEqual([]);
});

test("a call whose outcome the database has not taken stays until it has", async () => {
  let isThere = false;
  const { taken } = database(() => isThere);
  const room = newRoom();
  await ended(room);
  let now_ms = Date.now() + 2 * 3_600_000;
  vi.spyOn(Date, "now").mockImplementation(() => now_ms);
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await keysOf(room)).toEqual(["room/call"]);
  isThere = true;
  now_ms += 2 * 3_600_000;
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  await expect.poll(() => taken.length).toBe(1);
  await runDurableObjectAlarm(stubOf(room));
  expect(await keysOf(room)).toEqual([]);
});
