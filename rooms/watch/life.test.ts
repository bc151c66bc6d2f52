import { describe, expect, test } from "vitest";
import { closeCodes } from "../../protocol/room.ts";
import { noDrift } from "../../protocol/watch/report.ts";
import { watchMachine } from "./machine.ts";
import { claimsOf, hosted, roomData, WatchSim } from "./testing/room.ts";

const day_ms = 24 * 3_600_000;
const publicRoom = (member: string) =>
  claimsOf(member, { data: roomData({ public: true, session: `session-${member}` }) });

describe("expiry", () => {
  test("W-EXPIRE-1: a day after the last person left, its row is deleted and nothing is left", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "say", text: "hello" });
    room.leave("ann");
    room.pass(day_ms - 1);
    expect(room.tasks).toEqual([]);
    room.pass(1);
    expect(room.tasks).toEqual([{ type: "expire" }]);
    room.answer({ task: "expire", ok: true });
    expect([...room.stored]).toEqual([]);
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-EXPIRE-1: the day begins when the last grace is over, and ends when somebody comes", () => {
    const room = new WatchSim().enter("ann");
    room.leave("ann", 1006);
    room.pass(30_000 + day_ms - 1);
    expect(room.tasks).toEqual([]);
    room.enter("bob");
    room.pass(2 * day_ms);
    expect(room.tasks).toEqual([]);
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-EXPIRE-2: while its row cannot be deleted it tries again, ever later, and then gives up", () => {
    const room = new WatchSim().enter("ann");
    room.leave("ann");
    room.pass(day_ms);
    room.answer({ task: "expire", ok: false });
    room.sleep();
    room.pass(60_000);
    expect(room.tasks).toHaveLength(2);
    room.pass(2 * 3_600_000);
    expect(room.tasks).toHaveLength(6);
    expect([...room.stored]).toEqual([]);
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-EXPIRE-3: whoever comes while or after it is done away with is told so", () => {
    const room = new WatchSim().enter("ann");
    room.leave("ann");
    room.pass(day_ms);
    expect(room.join("bob", claimsOf("bob"))).toMatchObject([{ code: "room_not_found" }]);
    expect(room.closed.get("bob")).toBe(closeCodes.roomNotFound);
    room.answer({ task: "expire", ok: true });
    const resumed = { ...claimsOf("ann"), resumed: true as const };
    expect(room.join("ann", resumed)).toMatchObject([{ code: "room_not_found" }]);
  });

  test("W-END-1: a room that is ended sends everybody away and leaves nothing", () => {
    const room = new WatchSim();
    for (const id of ["ann", "bob"]) room.join(id, publicRoom(id));
    expect(room.ask({ type: "end" })).toEqual({ ok: true });
    for (const id of ["ann", "bob"]) expect(room.closed.get(id)).toBe(closeCodes.roomNotFound);
    expect([...room.stored]).toEqual([]);
    expect(room.tasks.at(-1)).toEqual({ type: "withdraw" });
  });
});

describe("the public list", () => {
  const told = (room: WatchSim) =>
    room.tasks.map((task) => (task.type === "announce" ? task.entry.people : task.type));

  test("W-LIST-1: a public room is told of when it comes into being, others never", () => {
    const room = new WatchSim();
    room.join("ann", publicRoom("ann"));
    expect(room.tasks).toEqual([
      {
        type: "announce",
        entry: {
          title: "Film night",
          people: 1,
          capacity: 200,
          mediaTitle: "Timecode, 60 seconds",
          locked: false,
          hasPassword: false,
          activeAt_ms: room.now_ms,
        },
      },
    ]);
    expect(hosted("ann", "bob").tasks).toEqual([]);
  });

  test("W-LIST-2: at most every 10 s, and the last of a burst is told all the same", () => {
    const room = new WatchSim();
    for (const id of ["ann", "bob", "cho"]) {
      room.join(id, publicRoom(id));
      room.now_ms += 100;
    }
    expect(told(room)).toEqual([1]);
    room.pass(9_699);
    expect(told(room)).toEqual([1]);
    room.pass(1);
    expect(told(room)).toEqual([1, 3]);
    room.pass(3_600_000);
    expect(told(room)).toEqual([1, 3]);
  });

  test("W-LIST-2: also when the room slept before its alarm rang", () => {
    const room = new WatchSim();
    for (const id of ["ann", "bob"]) room.join(id, publicRoom(id));
    room.sleep();
    room.pass(10_000);
    expect(told(room)).toEqual([1, 2]);
  });

  test("W-LIST-3: a room in use is told of anew every ten minutes at most; one at rest is not", () => {
    const room = new WatchSim();
    room.join("ann", publicRoom("ann"));
    for (let minute = 0; minute < 25; minute += 1) {
      room.pass(60_000);
      room.say("ann", { type: "seek", seq: minute, position_ms: minute });
    }
    expect(told(room)).toEqual([1, 1, 1]);
  });

  test("W-LIST-4: a room that is public no more is taken out, and put in again when it is", () => {
    const room = new WatchSim();
    room.join("ann", publicRoom("ann"));
    room.ask({ type: "update", public: false });
    room.pass(60_000);
    expect(told(room)).toEqual([1, "withdraw"]);
    room.ask({ type: "update", public: true, title: "New name" });
    expect(room.tasks.at(-1)).toMatchObject({ type: "announce", entry: { title: "New name" } });
  });
});

describe("statistics", () => {
  const drift = () => {
    const counts = noDrift();
    counts[3] = 90;
    counts[7] = 10;
    return counts;
  };
  const report = { corrections: 2, stalls: 1, resumes: 1, gateWaits: 3 };

  test("W-STATS-1: what pages notice rides on any message and is added up", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.now_ms += 10_000;
    room.say("ann", { type: "clock", client_ms: 1, report: { ...report, drift: drift() } });
    room.say("bob", { type: "say", text: "hi", report: { ...report, drift: drift() } });
    expect(room.ask({ type: "stats" })).toEqual({
      people: 2,
      peak: 2,
      messages: 2,
      messages_per_s: 0.2,
      drift: { p50_ms: 15, p95_ms: 40, p99_ms: 40 },
      driftCounts: drift().map((count) => 2 * count),
      corrections: 4,
      stalls: 2,
      resumes: 2,
      gateWaits: 6,
      server_ms: room.now_ms,
    });
  });

  test("W-STATS-1: a person's typical drift is shown with the list, whenever that is sent", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "clock", client_ms: 1, report: { ...report, drift: drift() } });
    room.enter("bob");
    expect(room.last("ann", "members").members[0]).toMatchObject({ id: "ann", drift_ms: 15 });
  });

  test("W-STATS-2: they are stored every two minutes at most, and when the last person leaves", () => {
    const room = new WatchSim().enter("ann");
    const stores = () =>
      room.effects.some((effect) => effect.type === "store" && "stats" in effect.changes);
    const notice = () =>
      room.say("ann", { type: "clock", client_ms: 1, report: { ...report, drift: drift() } });
    notice();
    expect(stores()).toBe(false);
    room.now_ms += 120_000;
    notice();
    expect(stores()).toBe(true);
    room.sleep();
    notice();
    expect(stores()).toBe(false);
    expect(room.ask({ type: "stats" })).toMatchObject({ corrections: 6, peak: 1 });
    room.leave("ann");
    expect(room.stored.get("stats")).toMatchObject({ corrections: 6 });
  });

  test("W-STATS-3: when the last person leaves, what is new of them goes to the figures of all rooms", () => {
    const room = new WatchSim().enter("ann");
    const told = () => room.tasks.splice(0).filter(({ type }) => type === "tell");
    const notice = () =>
      room.say("ann", { type: "clock", client_ms: 1, report: { ...report, drift: drift() } });
    notice();
    expect(told()).toEqual([]);
    room.leave("ann");
    expect(told()).toEqual([{ type: "tell", heard: { ...report, drift: drift() } }]);
    room.sleep();
    room.enter("ann").leave("ann");
    expect(told()).toEqual([]);
    room.enter("ann");
    notice();
    room.leave("ann");
    expect(told()).toEqual([{ type: "tell", heard: { ...report, drift: drift() } }]);
  });
});

describe("requests", () => {
  test("W-REQ-1, W-REQ-2: a room never used answers too, and stays unused", () => {
    const room = new WatchSim();
    expect(room.ask({ type: "ping" })).toEqual({ ok: true });
    expect(room.ask({ type: "state" })).toEqual({
      position_ms: 0,
      playing: false,
      members: 0,
      server_ms: room.now_ms,
    });
    expect(room.ask({ type: "update", title: "x" })).toEqual({ ok: true });
    expect(room.ask({ type: "end" })).toEqual({ ok: true });
    expect(room.ask({ type: "stats" })).toMatchObject({ people: 0, messages: 0 });
    expect(room.stored.size).toBe(0);
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-REQ-3: who somebody is, and whether they may invite", () => {
    const room = hosted("ann");
    expect(room.ask({ type: "member", memberId: "host" })).toEqual({
      role: "host",
      present: true,
      banned: false,
      mayInvite: true,
      locked: false,
    });
    room.say("host", { type: "ban", memberId: "ann" });
    expect(room.ask({ type: "member", memberId: "ann" })).toMatchObject({
      role: null,
      present: false,
      banned: true,
      mayInvite: false,
    });
    room.leave("host");
    expect(room.ask({ type: "member", memberId: "host" })).toMatchObject({
      role: "host",
      present: false,
    });
  });

  test("W-REQ-4: what the host changed over HTTP everybody hears", () => {
    const room = hosted("ann");
    room.ask({ type: "update", title: "Another night", maxParticipants: 3, hasPassword: true });
    expect(room.last("ann", "options").options).toMatchObject({
      title: "Another night",
      maxParticipants: 3,
      hasPassword: true,
      gate: false,
    });
  });
});

describe("rest and storage", () => {
  test("W-REST-1: a room in which people only watch sets no alarm and sends nothing", () => {
    const room = hosted("ann", "bob");
    room.say("ann", { type: "play", seq: 0 });
    room.clear();
    expect(room.alarmAt_ms).toBeNull();
    room.pass(7 * day_ms);
    for (const id of ["host", "ann", "bob"]) expect(room.sentTo(id)).toEqual([]);
  });

  test("W-STORE-1: each thing that happens writes what it changed, by small keys", () => {
    const room = hosted("ann");
    const rows = (act: () => void) => {
      act();
      return room.effects.flatMap((effect) =>
        effect.type === "store" ? Object.keys(effect.changes) : [],
      );
    };
    expect(rows(() => room.say("ann", { type: "play", seq: 0 }))).toEqual(["anchor"]);
    expect(rows(() => room.say("ann", { type: "say", text: "hi" }))).toEqual(["chat/0"]);
    expect(rows(() => room.say("ann", { type: "clock", client_ms: 1 }))).toEqual([]);
    expect(rows(() => room.say("ann", { type: "pause", seq: 0 }))).toEqual([]);
    expect(rows(() => room.join("ann-2", claimsOf("ann")))).toEqual([]);
    expect(rows(() => room.join("bob", claimsOf("bob")))).toEqual(["member/bob"]);
    expect(rows(() => room.leave("bob"))).toEqual(["member/bob"]);
    expect(rows(() => room.ask({ type: "stats" }))).toEqual([]);
  });

  test("W-STORE-2: values that storage garbled are as none", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "say", text: "hi" });
    const garbled = new Map([
      ...room.stored,
      ["anchor", { seq: -1 }],
      ["chat/0", 7],
      ["item/first", {}],
    ]);
    const state = watchMachine.restore(garbled, [...room.peers.values()]);
    expect(state.kept.anchor).toMatchObject({ seq: 0, itemId: "first" });
    expect(state.kept.chat.size).toBe(0);
  });
});
