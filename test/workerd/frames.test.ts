import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { closeCodes, frame_bytes_max } from "../../protocol/room.ts";
import { ask, enter, newRoom } from "./enter.ts";
import { probeMachine } from "./probe-machine.ts";

const { strikes_max, messages_burst, connections_per_member_max, connections_max } =
  probeMachine.limits;
const codesOf = (frames: readonly { readonly type: string }[]) =>
  frames.flatMap((frame) => (frame.type === "error" && "code" in frame ? [frame.code] : []));

test("a frame over the limit is named and ends the socket", async () => {
  const socket = await enter("probe", newRoom(), "ann");
  socket.sendRaw("x".repeat(frame_bytes_max + 1));
  expect(await socket.whenClosed()).toMatchObject({ code: closeCodes.frameTooLarge });
  expect(codesOf(socket.frames)).toEqual(["frame_too_large"]);
});

test.each<[string, string | ArrayBuffer, string]>([
  ["binary", new ArrayBuffer(8), "invalid_message"],
  ["no JSON", "{", "invalid_json"],
  ["JSON of another kind", '{"type":"what"}', "invalid_message"],
])("%s is answered each time, and its sender closed at the last strike", async (_, frame, code) => {
  const socket = await enter("probe", newRoom(), "ann");
  for (let sent = 0; sent < strikes_max; sent += 1) socket.sendRaw(frame);
  expect(await socket.whenClosed()).toMatchObject({ code: closeCodes.invalidMessages });
  expect(codesOf(socket.frames)).toEqual(Array(strikes_max).fill(code));
});

test("strikes are not forgotten because the room slept", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  for (let sent = 1; sent < strikes_max; sent += 1) {
    socket.sendRaw("{");
    await socket.next("error");
    await evictDurableObject(env.PROBE_ROOM.getByName(room), { webSockets: "hibernate" });
  }
  expect(socket.closed).toBeUndefined();
  socket.sendRaw("{");
  expect(await socket.whenClosed()).toMatchObject({ code: closeCodes.invalidMessages });
});

test("a flood is cut off: what is over the bucket changes nothing, and soon ends the socket", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  for (let sent = 0; sent < messages_burst * 3; sent += 1)
    if (socket.closed === undefined) socket.send({ type: "add", amount: 1 });
  expect(await socket.whenClosed()).toMatchObject({ code: closeCodes.rateLimited });
  const [error] = socket.frames.filter(({ type }) => type === "error");
  expect(error).toMatchObject({ code: "rate_limited", retryAfter_ms: expect.any(Number) });
  const { total } = await (await ask("probe", room, { type: "read" })).json<{ total: number }>();
  expect(total).toBe(socket.frames.filter(({ type }) => type === "total").length);
  expect(total).toBeLessThan(messages_burst * 2);
});

test("a member with too many tabs loses the oldest, and nobody else loses a place", async () => {
  const room = newRoom();
  const tabs = [];
  for (let tab = 0; tab <= connections_per_member_max; tab += 1)
    tabs.push(await enter("probe", room, "ann"));
  expect(await tabs[0]?.whenClosed()).toMatchObject({ code: closeCodes.replaced });
  expect(tabs.slice(1).map(({ closed }) => closed)).toEqual(tabs.slice(1).map(() => undefined));
});

test("a full room says so and lets go, and a place that came free is given out", async () => {
  const room = newRoom();
  const sockets = [];
  for (let index = 0; index < connections_max; index += 1)
    sockets.push(await enter("probe", room, `member-${index}`));
  const refused = await enter("probe", room, "one-too-many");
  expect(await refused.whenClosed()).toMatchObject({ code: closeCodes.roomFull });
  expect(codesOf(refused.frames)).toEqual(["room_full"]);
  sockets[0]?.close();
  await sockets[0]?.whenClosed();
  const next = await enter("probe", room, "next");
  next.send({ type: "add", amount: 1 });
  expect(await next.next("total")).toMatchObject({ value: 1 });
});
