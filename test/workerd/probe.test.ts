import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ask, enter, newRoom } from "./enter.ts";

const stubOf = (room: string) => env.PROBE_ROOM.getByName(room);
const read = async (room: string) => (await ask("probe", room, { type: "read" })).json();
const hour_ms = 3_600_000;

test("a room is opened once in its life, however often it wakes", async () => {
  const room = newRoom();
  for (let wake = 0; wake < 3; wake += 1) {
    expect(await read(room)).toEqual({ total: 0, rings: 0, opens: 1 });
    await evictDurableObject(stubOf(room));
  }
});

test("an alarm fires once, also when the room slept in between", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  socket.send({ type: "alarm", at_ms: Date.now() + hour_ms });
  await expect.poll(() => alarmOf(room)).toBeGreaterThan(0);
  await evictDurableObject(stubOf(room), { webSockets: "hibernate" });

  expect(await runDurableObjectAlarm(stubOf(room))).toBe(true);
  expect(await socket.next("rings")).toEqual({ type: "rings", value: 1 });
  expect(await runDurableObjectAlarm(stubOf(room))).toBe(false);
  expect(await read(room)).toMatchObject({ rings: 1 });
});

test("an alarm set to ring soon rings by itself", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  socket.send({ type: "alarm", at_ms: Date.now() + 20 });
  expect(await socket.next("rings")).toEqual({ type: "rings", value: 1 });
});

test("there is one alarm: a second one replaces it, and it can be taken back", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  const [soon_ms, later_ms] = [Date.now() + hour_ms, Date.now() + 2 * hour_ms];
  socket.send({ type: "alarm", at_ms: soon_ms });
  await expect.poll(() => alarmOf(room)).toBe(soon_ms);
  socket.send({ type: "alarm", at_ms: later_ms });
  await expect.poll(() => alarmOf(room)).toBe(later_ms);
  socket.send({ type: "alarm", at_ms: null });
  await expect.poll(() => alarmOf(room)).toBeNull();
});

test("a task's answer comes back as an event, and a task that fails is reported and forgotten", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  socket.send({ type: "task", input: "fail" });
  socket.send({ type: "task", input: "hello" });
  expect(await socket.next("answer")).toEqual({ type: "answer", value: "HELLO" });
  expect(socket.frames.filter(({ type }) => type === "answer")).toHaveLength(1);
});

test("only the keys that changed are written, and a deleted key is gone", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  socket.send({ type: "add", amount: 5 });
  await socket.next("total");
  expect(await keysOf(room)).toEqual(["room/opens", "room/total"]);
  socket.send({ type: "drop" });
  await expect.poll(() => keysOf(room)).toEqual(["room/opens"]);
});

test("a write that holds is told of", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  socket.send({ type: "fill", keys: 128, value_bytes: 10 });
  expect(await socket.next("filled")).toMatchObject({ value: 128 });
});

test.each([
  ["a value that cannot be stored", { type: "uncloneable" }],
  ["a value larger than storage takes", { type: "fill", keys: 1, value_bytes: 3_000_000 }],
  ["more keys than storage takes at once", { type: "fill", keys: 129, value_bytes: 1 }],
  ["a machine that throws", { type: "fail" }],
])(
  "%s closes the sender's socket, changes nothing and tells nobody otherwise",
  async (_name, message) => {
    const room = newRoom();
    const socket = await enter("probe", room, "ann");
    socket.send({ type: "add", amount: 5 });
    await socket.next("total");
    socket.send(message);
    const { code } = await socket.whenClosed();
    expect(code).toBeOneOf([1006, 1011]);
    expect(JSON.stringify(socket.frames)).not.toMatch(/filled|secret|at .*\.ts/);
    expect(await read(room)).toMatchObject({ total: 5 });
    expect(await keysOf(room)).toEqual(["room/opens", "room/total"]);
  },
);

async function alarmOf(room: string): Promise<number | null> {
  return runInDurableObject(stubOf(room), (_, state) => state.storage.getAlarm());
}

async function keysOf(room: string): Promise<string[]> {
  return runInDurableObject(stubOf(room), async (_, state) => {
    const listed = await state.storage.list({ prefix: "room/" });
    return [...listed.keys()];
  });
}
