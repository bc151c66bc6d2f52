import { beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../../platform/testing/random.ts";
import type { CallDown } from "../../../protocol/match/call-down.ts";
import { type CallUp, callUpSchema } from "../../../protocol/match/call-up.ts";
import { closeCodes, frame_bytes_max } from "../../../protocol/room.ts";
import { CallWorld, callClaims } from "../../../test/sim/match/call-world.ts";
import { callMachine } from "./machine.ts";

let world: CallWorld;
let heard: Map<string, CallDown[]>;
let closed: Map<string, number>;

beforeEach(() => {
  heard = new Map();
  closed = new Map();
  world = new CallWorld(
    seededRandom(11),
    (id, message) => heard.set(id, [...(heard.get(id) ?? []), message]),
    (id, code) => closed.set(id, code),
  );
});

const sit = (seat: 0 | 1) => world.join(callClaims(seat, world.openedAt_ms));
function enter(seat: 0 | 1): string {
  const socket = sit(seat);
  world.say(socket, { type: "hello" });
  return socket;
}
const typesTo = (socket: string) => (heard.get(socket) ?? []).map(({ type }) => type);
function last<Type extends CallDown["type"]>(socket: string, type: Type) {
  const found = heard.get(socket)?.findLast((message) => message.type === type);
  return found as Extract<CallDown, { type: Type }> | undefined;
}
const candidate = (number: number, generation = 1): CallUp => ({
  type: "signal",
  generation,
  number,
  signal: { candidates: [{ candidate: `candidate ${number}` }] },
});
const signalsTo = (socket: string) =>
  (heard.get(socket) ?? []).filter((message) => message.type === "signal");

describe("seats", () => {
  test("C-SEAT-1: a token that fits no seat of this call is refused", () => {
    const ann = enter(0);
    const wrong = [
      { ...callClaims(0, world.now_ms), member: "eve" },
      { ...callClaims(0, world.now_ms), role: "polite" },
      { ...callClaims(0, world.now_ms), data: {} },
      callClaims(0, world.now_ms, { members: ["ann", "eve"] }),
    ];
    for (const claims of wrong) {
      const socket = world.join(claims);
      expect(heard.get(socket)).toMatchObject([{ type: "error", code: "token_invalid" }]);
      expect(closed.get(socket)).toBe(closeCodes.tokenInvalid);
    }
    expect(typesTo(ann)).toEqual(["welcome"]);
  });

  test("C-SEAT-2: nothing is said to a socket before its hello, nor taken from it", () => {
    const ann = enter(0);
    const bob = sit(1);
    world.say(ann, { type: "say", key: "1", text: "Hello?" });
    world.say(bob, candidate(1));
    world.say(bob, { type: "say", key: "1", text: "Too early" });
    expect(heard.get(bob)).toBeUndefined();
    world.say(bob, { type: "hello" });
    expect(typesTo(bob)).toEqual(["welcome", "restart"]);
    expect(last(bob, "welcome")).toMatchObject({
      memberId: "bob",
      role: "polite",
      partner: { id: "ann" },
      partnerState: "here",
      chat: [{ text: "Hello?" }],
    });
  });

  test("C-SEAT-3: a second socket of a member takes the seat, and the partner hears nothing of it", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const before = typesTo(bob);
    const epoch = last(ann, "welcome")?.epoch ?? "";
    const again = sit(0);
    expect(closed.get(ann)).toBe(closeCodes.replaced);
    world.say(again, { type: "hello", resume: { epoch, seq: 0, sent: 0 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: true });
    expect(typesTo(bob)).toEqual(before);
  });

  test("C-START-1: the call starts when both have said hello", () => {
    const ann = enter(0);
    expect(last(ann, "welcome")).toMatchObject({ partnerState: "coming", generation: 0 });
    world.pass(3_000);
    const bob = enter(1);
    const start = {
      generation: 1,
      startedAt_ms: world.now_ms,
      endsAt_ms: world.now_ms + 3_600_000,
    };
    for (const socket of [ann, bob]) expect(last(socket, "restart")).toMatchObject(start);
    expect(last(ann, "partner")).toEqual({ type: "partner", state: "here", until_ms: null });
  });

  test("C-START-1: also when the room slept between the two, and whoever came first is gone or not", () => {
    for (const stays of [true, false]) {
      world = new CallWorld(seededRandom(7), (id, message) =>
        heard.set(id, [...(heard.get(id) ?? []), message]),
      );
      heard = new Map();
      const ann = enter(0);
      if (!stays) world.peers.delete(ann);
      world.sleep();
      const bob = enter(1);
      expect(last(bob, "welcome")).toMatchObject({ partnerState: stays ? "here" : "coming" });
      const there = stays ? ann : enter(0);
      for (const socket of [there, bob]) expect(last(socket, "restart")?.generation).toBe(1);
    }
  });

  test("C-START-2: whoever waits for nobody is told so after 15 s, and nothing is recorded", () => {
    const ann = enter(0);
    world.pass(14_999);
    expect(typesTo(ann)).toEqual(["welcome"]);
    world.pass(1);
    expect(last(ann, "ended")).toEqual({ type: "ended", reason: "no_show", by: "room" });
    expect(world.tasks).toEqual([]);
  });
});

describe("signals", () => {
  test("C-RELAY-1, C-RELAY-2: a signal goes to the partner alone, counted", () => {
    const [ann, bob] = [enter(0), enter(1)];
    for (const number of [1, 2, 3]) world.say(ann, candidate(number));
    expect(signalsTo(bob).map(({ seq, generation }) => [seq, generation])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(signalsTo(ann)).toEqual([]);
    expect(last(ann, "received")).toEqual({ type: "received", number: 3 });
  });

  test("C-RELAY-3: a signal of an older negotiation is dropped", () => {
    const [ann, bob] = [enter(0), enter(1)];
    world.leave(bob);
    const again = enter(1);
    expect(last(ann, "restart")).toMatchObject({ generation: 2 });
    world.say(ann, candidate(1, 1));
    expect(signalsTo(again)).toEqual([]);
    world.say(ann, candidate(2, 2));
    expect(signalsTo(again)).toMatchObject([{ generation: 2 }]);
  });

  test("C-RELAY-4: a number twice, or one too far, is not passed on", () => {
    const [ann, bob] = [enter(0), enter(1)];
    for (const number of [1, 2, 2, 4]) world.say(ann, candidate(number));
    expect(signalsTo(bob)).toHaveLength(2);
    expect(last(ann, "received")).toEqual({ type: "received", number: 2 });
  });

  test("C-RELAY-5: what is said costs no row, and one alarm in all", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const before = world.rows;
    for (let number = 1; number <= 40; number += 1) {
      world.pass(20);
      world.say(ann, candidate(number));
      world.say(bob, { type: "ack", epoch: last(bob, "welcome")?.epoch ?? "", seq: number });
    }
    expect(world.rows).toBe(before + 1);
  });

  test("C-SIZE-1: what is too large is no message", () => {
    const signal = (value: unknown) =>
      callUpSchema.safeParse({ type: "signal", generation: 1, number: 1, signal: value }).success;
    const description = (length: number) => ({
      description: { type: "offer", sdp: "x".repeat(length) },
    });
    expect(signal(description(14_000))).toBe(true);
    expect(signal(description(14_001))).toBe(false);
    const candidates = (length: number) => ({
      candidates: Array.from({ length }, () => ({ candidate: "x" })),
    });
    expect(signal(candidates(32))).toBe(true);
    expect(signal(candidates(33))).toBe(false);
    // A description of the greatest length, in lines as they come, fits a frame.
    const line = `a=${"x".repeat(18)}\r\n`;
    const frame = JSON.stringify({ ...candidate(1), signal: description(1) });
    const escaped = JSON.stringify(line.repeat(14_000 / line.length)).length;
    expect(frame.length + escaped).toBeLessThan(frame_bytes_max);
  });
});

describe("coming back", () => {
  test("C-RESUME-1: what was missed comes once, in order, and what was not received is asked for", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const epoch = last(bob, "welcome")?.epoch ?? "";
    for (const number of [1, 2]) world.say(ann, candidate(number));
    world.leave(bob);
    for (const number of [3, 4, 5]) world.say(ann, candidate(number));
    const again = sit(1);
    world.say(again, { type: "hello", resume: { epoch, seq: 1, sent: 7 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: true, seq: 1, received: 0 });
    expect(signalsTo(again).map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(last(ann, "partner")).toMatchObject({ state: "here" });
  });

  test("C-RESUME-2: what is no longer kept is owned up to, and both begin anew", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const epoch = last(bob, "welcome")?.epoch ?? "";
    world.leave(bob);
    for (let number = 1; number <= 65; number += 1) world.say(ann, candidate(number));
    const again = sit(1);
    world.say(again, { type: "hello", resume: { epoch, seq: 0, sent: 0 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: false, seq: 0 });
    for (const socket of [ann, again]) expect(last(socket, "restart")?.generation).toBe(2);
  });

  test("C-RESUME-2: a page that begins anew, and a room that forgot, begin a new negotiation", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const epoch = last(ann, "welcome")?.epoch ?? "";
    world.leave(bob);
    enter(1);
    expect(last(ann, "restart")?.generation).toBe(2);
    world.say(ann, candidate(1, 2));
    world.sleep();
    world.leave(ann);
    const again = sit(0);
    world.say(again, { type: "hello", resume: { epoch, seq: 0, sent: 1 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: false });
    expect(last(again, "restart")?.generation).toBe(3);
  });

  test("C-RESUME-3: after a quiet stretch a page resumes although the room has slept", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const epoch = last(bob, "welcome")?.epoch ?? "";
    world.say(ann, candidate(1));
    world.say(bob, { type: "ack", epoch, seq: 1 });
    world.pass(10_000);
    world.sleep();
    world.leave(bob);
    const again = sit(1);
    world.say(again, { type: "hello", resume: { epoch, seq: 1, sent: 0 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: true });
    // The next signal makes what was written down untrue: it goes first.
    expect(world.stored.has("lines")).toBe(true);
    world.say(ann, candidate(2));
    expect(world.stored.has("lines")).toBe(false);
    expect(signalsTo(again)).toMatchObject([{ seq: 2 }]);
  });

  test("C-RESUME-3: a page that waits before it acknowledges has it written down without an alarm", () => {
    const [ann, bob] = [enter(0), enter(1)];
    const epoch = last(bob, "welcome")?.epoch ?? "";
    const { rows } = world;
    world.say(ann, candidate(1));
    world.pass(400);
    world.say(bob, { type: "ack", epoch, seq: 1 });
    expect(world.rows).toBe(rows + 1);
    world.pass(60_000);
    expect(world.rings).toBe(0);
    world.sleep();
    world.leave(bob);
    const again = sit(1);
    world.say(again, { type: "hello", resume: { epoch, seq: 1, sent: 0 } });
    expect(last(again, "welcome")).toMatchObject({ recovered: true });
  });

  test("C-RESUME-4: a page that missed the news of a new beginning cannot resume the old one", () => {
    const [ann] = [enter(0), enter(1)];
    const epoch = last(ann, "welcome")?.epoch ?? "";
    world.say(ann, candidate(1));
    world.sleep();
    world.leave(ann);
    const hello = { type: "hello", resume: { epoch, seq: 0, sent: 2 } } as const;
    // The answer to the first hello is lost with its socket.
    for (let time = 1; time <= 2; time += 1) {
      const socket = sit(0);
      world.say(socket, hello);
      expect(last(socket, "welcome")).toMatchObject({ recovered: false });
      world.leave(socket);
    }
  });
});

describe("chat", () => {
  test("C-CHAT-1: a line is kept, and both get it", () => {
    const [ann, bob] = [enter(0), enter(1)];
    world.say(ann, { type: "say", key: "a", text: "Hi" });
    world.say(bob, { type: "say", key: "a", text: "Hi yourself" });
    for (const socket of [ann, bob])
      expect(last(socket, "chat")?.line).toMatchObject({ id: 2, from: "bob", text: "Hi yourself" });
    expect([...world.stored.keys()].filter((key) => key.startsWith("chat/"))).toHaveLength(2);
    expect(callUpSchema.safeParse({ type: "say", key: "k", text: "x".repeat(501) }).success).toBe(
      false,
    );
  });

  test("C-CHAT-2: the last 50 are kept, and a page gets those it lacks", () => {
    const ann = enter(0);
    for (let line = 1; line <= 60; line += 1)
      world.say(ann, { type: "say", key: `${line}`, text: `Line ${line}` });
    world.sleep();
    const bob = sit(1);
    world.say(bob, { type: "hello" });
    const ids = last(bob, "welcome")?.chat.map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    world.leave(bob);
    const again = sit(1);
    world.say(again, { type: "hello", chat: 58 });
    expect(last(again, "welcome")?.chat.map(({ id }) => id)).toEqual([59, 60]);
  });

  test("C-CHAT-3: a line sent twice stands once", () => {
    const [ann, bob] = [enter(0), enter(1)];
    for (let time = 0; time < 2; time += 1) world.say(ann, { type: "say", key: "k", text: "Hi" });
    expect(typesTo(bob).filter((type) => type === "chat")).toHaveLength(1);
    expect(typesTo(ann).filter((type) => type === "chat")).toHaveLength(2);
  });
});

describe("the end", () => {
  test.each(["hangup", "next", "blocked", "reported"] as const)(
    "C-END-1, C-END-4: %s ends it for both, and says who did it",
    (reason) => {
      const [ann, bob] = [enter(0), enter(1)];
      world.say(ann, { type: "hangup", reason });
      expect(last(ann, "ended")).toEqual({ type: "ended", reason, by: "you" });
      expect(last(bob, "ended")).toEqual({ type: "ended", reason, by: "partner" });
      expect([closed.get(ann), closed.get(bob)]).toEqual([4412, 4412]);
      const late = sit(1);
      expect(heard.get(late)).toEqual([{ type: "ended", reason, by: "room" }]);
      expect(closed.get(late)).toBe(closeCodes.callEnded);
    },
  );

  test("C-END-2: a lost partner is waited for, and welcomed back", () => {
    const [ann, bob] = [enter(0), enter(1)];
    world.leave(bob);
    const until_ms = world.now_ms + 10_000;
    expect(last(ann, "partner")).toEqual({ type: "partner", state: "lost", until_ms });
    world.pass(9_999);
    enter(1);
    expect(last(ann, "partner")).toMatchObject({ state: "here" });
    world.pass(60_000);
    expect(last(ann, "ended")).toBeUndefined();
  });

  test("C-END-2: one who stays away ends the call, also when the room slept and was told by the close", () => {
    const [ann, bob] = [enter(0), enter(1)];
    world.pass(30_000);
    world.sleep();
    world.leave(bob);
    expect(last(ann, "partner")).toMatchObject({ state: "lost" });
    world.sleep();
    world.pass(10_000);
    expect(last(ann, "ended")).toMatchObject({ reason: "partner_lost", by: "room" });
  });

  test("C-END-2: of sockets that did not survive a restart the room finds out by itself", () => {
    enter(0);
    enter(1);
    world.peers.clear();
    world.sleep();
    world.pass(3_600_000);
    expect(world.tasks[0]).toMatchObject({ outcome: { reason: "partner_lost" } });
  });

  test("C-END-3: at its limit the call ends", () => {
    const [ann] = [enter(0), enter(1)];
    world.pass(3_599_999);
    expect(last(ann, "ended")).toBeUndefined();
    world.pass(1);
    expect(last(ann, "ended")).toMatchObject({ reason: "time_limit" });
  });

  test("C-END-4: a token older than any call can be opens none", () => {
    world.pass(3_600_000 + 120_000);
    const late = sit(0);
    expect(heard.get(late)).toMatchObject([{ type: "ended" }]);
    expect(world.stored.size).toBe(0);
  });

  test("C-RECORD-1: the outcome is handed over until it is taken", () => {
    const [ann] = [enter(0), enter(1)];
    const startedAt_ms = world.now_ms;
    world.pass(60_000);
    world.say(ann, { type: "hangup", reason: "hangup" });
    const outcome = {
      callId: "call-1",
      members: ["ann", "bob"],
      startedAt_ms,
      endedAt_ms: world.now_ms,
      reason: "hangup",
    };
    expect(world.tasks).toEqual([{ type: "record", outcome }]);
    world.answer(false);
    world.pass(2_000);
    expect(world.tasks).toHaveLength(2);
    // The second answer never comes: the room was evicted.
    world.sleep();
    world.pass(4_000);
    expect(world.tasks).toHaveLength(3);
    world.answer(true);
    world.pass(3_000_000);
    expect(world.tasks).toHaveLength(3);
    expect(new Set(world.tasks.map((task) => JSON.stringify(task))).size).toBe(1);
  });

  test("C-RECORD-1: after ten tries it is given up, and counted", () => {
    const [ann] = [enter(0), enter(1)];
    world.say(ann, { type: "hangup", reason: "hangup" });
    for (let time = 0; time < 20; time += 1) {
      world.answer(false);
      world.pass(300_000);
    }
    expect(world.tasks).toHaveLength(10);
  });

  test("C-RECORD-2: in the end nothing is left behind", () => {
    const [ann] = [enter(0), enter(1)];
    world.say(ann, { type: "say", key: "k", text: "Hi" });
    world.pass(10_000);
    world.say(ann, { type: "hangup", reason: "hangup" });
    world.answer(true);
    expect([...world.stored.keys()].filter((key) => key.startsWith("chat/"))).toEqual([]);
    world.pass(3_600_000 + 120_000);
    expect(world.stored.size).toBe(0);
    expect(world.alarm_ms).toBeNull();
  });
});

test("C-ALARM-1: an ordinary call writes nine rows and wakes for nothing but its last alarm", () => {
  const [ann, bob] = [enter(0), enter(1)];
  const epochs = [ann, bob].map((socket) => last(socket, "welcome")?.epoch ?? "");
  for (const socket of [ann, bob]) world.say(socket, candidate(1));
  world.pass(400);
  for (const [at, socket] of [ann, bob].entries())
    world.say(socket, { type: "ack", epoch: epochs[at] ?? "", seq: 1 });
  world.pass(60_000);
  world.sleep();
  world.say(ann, { type: "hangup", reason: "hangup" });
  world.answer(true);
  world.pass(3_600_000 + 120_000);
  expect(world.stored.size).toBe(0);
  expect({ rows: world.rows, rings: world.rings }).toEqual({ rows: 9, rings: 1 });
});

test("C-ALARM-1: a room that has slept trusts the alarm that was set, and rings at its limit", () => {
  const [ann] = [enter(0), enter(1)];
  const { rows } = world;
  for (let time = 0; time < 5; time += 1) {
    world.pass(60_000);
    world.sleep();
    world.say(ann, candidate(time + 1));
  }
  expect(world.rows).toBe(rows);
  world.sleep();
  world.pass(3_600_000);
  expect(last(ann, "ended")).toMatchObject({ reason: "time_limit" });
});

describe("requests", () => {
  test("C-REQ-1: a function learns how the call stands", () => {
    expect(world.ask({ type: "state" })).toMatchObject({ phase: "empty", members: [] });
    enter(0);
    expect(world.ask({ type: "state" })).toMatchObject({ phase: "opening", members: ["ann"] });
    enter(1);
    expect(world.ask({ type: "state" })).toMatchObject({ phase: "live", members: ["ann", "bob"] });
  });

  test("C-REQ-2: a function can end it", () => {
    const [ann] = [enter(0), enter(1)];
    expect(world.ask({ type: "end" })).toEqual({ ok: true });
    expect(last(ann, "ended")).toMatchObject({ reason: "removed", by: "room" });
    expect(world.ask({ type: "state" })).toMatchObject({ phase: "ended", reason: "removed" });
  });
});

test("C-LIMIT-1: two sockets, one a member", () => {
  expect(callMachine.limits).toMatchObject({ connections_max: 2, connections_per_member_max: 1 });
});
