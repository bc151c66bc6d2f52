import { expect, test } from "vitest";
import { z } from "zod";
import { closeCodes, type RoomClaims } from "../../protocol/room.ts";
import type { RoomEffect, RoomEvent, RoomMachine, RoomTypes } from "../room.ts";
import { LiveRoom } from "./live-room.ts";
import type { RoomPorts, RoomSocket, SocketNote } from "./ports.ts";

interface EchoTypes extends RoomTypes {
  up: { readonly say: string };
  down: { readonly said: string };
  request: "seen";
  reply: readonly string[];
  task: number;
  answer: number;
}
type Effects = readonly RoomEffect<EchoTypes>[];

/** A machine that remembers its events by name, and answers each as a test wants. */
function echoMachine(answer: (event: RoomEvent<EchoTypes>) => Effects): EchoMachine {
  return {
    limits: {
      connections_max: 3,
      connections_per_member_max: 2,
      messages_per_s: 1,
      messages_burst: 5,
      strikes_max: 2,
    },
    worstCaseBytes: () => 0,
    up: z.object({ say: z.string() }),
    request: z.literal("seen"),
    restore: (_stored, peers) => peers.map(({ connectionId }) => `restored ${connectionId}`),
    step(state, event) {
      const who = "peer" in event ? ` ${event.peer.connectionId}` : "";
      const seen = [...state, `${event.type}${who}`];
      const replies: Effects = event.type === "request" ? [{ type: "reply", reply: seen }] : [];
      return { state: seen, effects: [...answer(event), ...replies] };
    },
  };
}
type EchoMachine = RoomMachine<readonly string[], EchoTypes>;

/** A world of one room: its sockets, and a journal of all that the room did, in order. */
function world(answer: (event: RoomEvent<EchoTypes>) => Effects = () => []) {
  const journal: string[] = [];
  const notes = new Map<string, SocketNote>();
  const later: (() => void)[] = [];
  const ports: RoomPorts<EchoTypes> = {
    now_ms: () => 1_000,
    random: () => 0.5,
    store: ({ puts, deletes }) => {
      if ("bad" in puts) throw new Error("storage says no");
      journal.push(`store ${[...Object.keys(puts), ...deletes.map((key) => `-${key}`)]}`);
    },
    setAlarm: (at_ms) => void journal.push(`alarm ${at_ms}`),
    forget: () => void journal.push("forget"),
    after: (_delay_ms, act) => void later.push(act),
    runTask: async (task) => {
      if (task < 0) throw new Error("no such task");
      return task * 2;
    },
    count: () => {},
    report: (where, error) => void journal.push(`report ${where} ${String(error)}`),
  };
  const socket = (id: string, broken = false): RoomSocket => ({
    id,
    send: (text) => {
      if (broken) throw new Error("gone");
      journal.push(`${id} < ${text}`);
    },
    close: (code) => void journal.push(`${id} closed ${code}`),
    keep: (note) => void notes.set(id, note),
  });
  const room = new LiveRoom(echoMachine(answer), ports, new Map([["key", 1]]), []);
  const seen = () => {
    const answered = room.request("seen");
    return answered.ok ? answered.reply : [];
  };
  /** Lets the few milliseconds pass for which things are put off. */
  const settle = () => {
    for (const act of later.splice(0)) act();
  };
  return { room, journal, notes, ports, socket, seen, settle };
}

const claims = (member: string): RoomClaims => ({
  party: "watch",
  room: "room-1",
  member,
  name: member,
  role: "viewer",
  data: {},
});
const say = (text: string) => JSON.stringify({ say: text });

test("what a step stores is written before any frame tells of it", () => {
  const { room, journal, socket } = world((event) =>
    event.type === "message"
      ? [
          { type: "broadcast", message: { said: event.message.say } },
          { type: "store", changes: { words: 1, older: null } },
        ]
      : [],
  );
  room.join(socket("a"), claims("ann"));
  room.join(socket("b"), claims("bob"));
  room.receive("a", say("hi"));
  expect(journal).toEqual(["store words,-older", 'a < {"said":"hi"}', 'b < {"said":"hi"}']);
});

test("a step whose write is refused never happened, and its sender is sent to join afresh", () => {
  const { room, journal, socket, seen } = world((event) =>
    event.type === "message"
      ? [
          { type: "store", changes: { bad: 1 } },
          { type: "broadcast", message: { said: "never" } },
        ]
      : [],
  );
  room.join(socket("a"), claims("ann"));
  room.receive("a", say("hi"));
  expect(journal).toEqual([
    "report message Error: storage says no",
    expect.stringContaining('a < {"type":"error","code":"internal"'),
    "a closed 1011",
  ]);
  expect(seen()).toEqual(["join a", "leave a", "request"]);
});

test("a broadcast is serialised once, however many hear it", () => {
  let serialised = 0;
  const said = {
    said: "hi",
    toJSON: () => {
      serialised += 1;
      return { said: "hi" };
    },
  };
  const { room, socket } = world((event) =>
    event.type === "message" ? [{ type: "broadcast", message: said }] : [],
  );
  for (const id of ["a", "b", "c"]) room.join(socket(id), claims(id));
  room.receive("a", say("hi"));
  expect(serialised).toBe(1);
});

test("what may wait goes out together some milliseconds later, after what it was stored with", () => {
  const { room, journal, socket, settle } = world((event) =>
    event.type === "message"
      ? [
          { type: "broadcast", message: { said: event.message.say }, soon: true },
          { type: "store", changes: { [event.message.say]: 1 } },
        ]
      : [],
  );
  room.join(socket("a"), claims("ann"));
  for (const word of ["one", "two"]) room.receive("a", say(word));
  expect(journal).toEqual(["store one", "store two"]);
  settle();
  expect(journal.slice(2)).toEqual([
    'a < {"type":"batch","messages":[{"said":"one"},{"said":"two"}]}',
  ]);
});

test("what goes out at once takes along what waits, in order; a close does so too", () => {
  const { room, journal, socket, settle } = world((event) => {
    if (event.type !== "message") return [];
    const message = { said: event.message.say };
    if (message.said === "bye")
      return [{ type: "close", connectionId: "b", code: 4403, reason: "" }];
    if (message.said === "now") return [{ type: "broadcast", message }];
    if (message.said === "you") return [{ type: "send", connectionId: "a", message }];
    return [{ type: "broadcast", message, soon: true }];
  });
  for (const [id, member] of [
    ["a", "ann"],
    ["b", "bob"],
  ] as const)
    room.join(socket(id), claims(member));
  for (const word of ["one", "you", "two", "bye"]) room.receive("a", say(word));
  expect(journal).toEqual([
    'a < {"said":"one"}',
    'a < {"said":"you"}',
    'b < {"type":"batch","messages":[{"said":"one"},{"said":"two"}]}',
    "b closed 4403",
  ]);
  room.receive("a", say("now"));
  expect(journal.slice(4)).toEqual([
    'a < {"type":"batch","messages":[{"said":"two"},{"said":"now"}]}',
  ]);
  settle();
  expect(journal).toHaveLength(5);
});

test("a room that is over deletes all it stored, and may set its alarm anew", () => {
  const { room, journal, socket } = world((event) => {
    if (event.type !== "message") return [];
    return event.message.say === "over" ? [{ type: "forget" }] : [{ type: "alarm", at_ms: 5 }];
  });
  room.join(socket("a"), claims("ann"));
  for (const word of ["alarm", "over", "alarm"]) room.receive("a", say(word));
  expect(journal).toEqual(["alarm 5", "forget", "alarm 5"]);
});

test("a socket leaves once: when the room closes it, and not again when its close arrives", () => {
  const { room, notes, socket, seen } = world((event) =>
    event.type === "message"
      ? [{ type: "close", connectionId: "a", code: 4403, reason: "out" }]
      : [],
  );
  room.join(socket("a"), claims("ann"));
  room.receive("a", say("bye"));
  room.receive("a", say("still here"));
  room.leave("a", notes.get("a") ?? null, 4403);
  expect(seen()).toEqual(["join a", "message a", "leave a", "request"]);
});

test("a socket that breaks and then closes leaves once", () => {
  const { room, notes, socket, seen } = world();
  room.join(socket("a"), claims("ann"));
  for (const code of [1006, 1005]) room.leave("a", notes.get("a") ?? null, code);
  expect(seen()).toEqual(["join a", "leave a", "request"]);
});

test("closing in answer to a leave comes to an end", () => {
  const { room, socket, seen } = world((event) =>
    event.type === "leave"
      ? ["a", "b", "c"].map((connectionId) => ({
          type: "close" as const,
          connectionId,
          code: 4403,
          reason: "all out",
        }))
      : [],
  );
  for (const id of ["a", "b", "c"]) room.join(socket(id), claims(id));
  room.leave("a", noteOf("ann"), 1000);
  expect(seen().slice(3)).toEqual(["leave a", "leave b", "leave c", "request"]);
});

test("a socket that breaks while it is sent to leaves like any other, and the rest still hear", () => {
  const { room, journal, socket, seen } = world((event) =>
    event.type === "message" ? [{ type: "broadcast", message: { said: "hi" } }] : [],
  );
  room.join(socket("a", true), claims("ann"));
  room.join(socket("b"), claims("bob"));
  room.receive("b", say("hi"));
  expect(journal).toEqual(["a closed 1011", 'b < {"said":"hi"}']);
  expect(seen()).toEqual(["join a", "join b", "message b", "leave a", "request"]);
});

test("a full room lets one more tab of a member in only in the place of that member's oldest", () => {
  const { room, journal, socket, notes } = world();
  for (const [id, member] of [
    ["a1", "ann"],
    ["a2", "ann"],
    ["b", "bob"],
    ["a3", "ann"],
    ["c", "cho"],
  ] as const)
    room.join(socket(id), claims(member));
  expect(journal.filter((line) => line.includes("closed"))).toEqual([
    `a1 closed ${closeCodes.replaced}`,
    `c closed ${closeCodes.roomFull}`,
  ]);
  expect(notes.get("c")?.left).toBe(true);
});

test("after a wake the sockets stand in the order they joined, without those the room had closed", () => {
  const { ports, socket } = world();
  const room = new LiveRoom(
    echoMachine(() => []),
    ports,
    new Map(),
    [
      { socket: socket("late"), note: { ...noteOf("ann"), order: 9 } },
      { socket: socket("closed"), note: { ...noteOf("bob"), order: 2, left: true } },
      { socket: socket("early"), note: { ...noteOf("cho"), order: 1 } },
    ],
  );
  expect(room.request("seen")).toEqual({
    ok: true,
    reply: ["restored early", "restored late", "open", "request"],
  });
});

test("an alarm that is set already is not set again, because each setting is billed", () => {
  const { room, journal, socket } = world((event) =>
    event.type === "message" ? [{ type: "alarm", at_ms: Number(event.message.say) }] : [],
  );
  room.join(socket("a"), claims("ann"));
  for (const at of ["5", "5", "6"]) room.receive("a", say(at));
  room.alarm();
  room.receive("a", say("6"));
  expect(journal).toEqual(["alarm 5", "alarm 6", "alarm 6"]);
});

test("a machine that fails at its alarm has the platform ring again", () => {
  const { room } = world((event) => {
    if (event.type === "alarm") throw new Error("no");
    return [];
  });
  expect(() => room.alarm()).toThrow("the room failed at its alarm");
});

test("answers of tasks are events, and no more tasks run at once than may", async () => {
  const answers: number[] = [];
  const { room, journal, socket } = world((event) => {
    if (event.type === "answer") answers.push(event.answer);
    if (event.type !== "message") return [];
    return [-1, ...Array(40).keys()].map((task) => ({ type: "task" as const, task }));
  });
  room.join(socket("a"), claims("ann"));
  room.receive("a", say("go"));
  await expect.poll(() => answers).toEqual([...Array(15).keys()].map((task) => task * 2));
  expect(journal).toEqual(["report task Error: no such task"]);
});

function noteOf(member: string): SocketNote {
  return { claims: claims(member), order: 1, strikes: { count: 0, at_ms: 0 }, left: false };
}
