import { beforeEach, describe, expect, test } from "vitest";
import type { LobbyDown } from "../../protocol/match/lobby-down.ts";
import type { LobbyUp } from "../../protocol/match/lobby-up.ts";
import type { TicketView } from "../../protocol/match/ticket.ts";
import { type LobbyPlace, type LobbyPorts, LobbySession } from "./lobby-session.ts";
import { TestRuntime } from "./testing.ts";

type Wire = Parameters<LobbyPorts["connect"]>[1];

const counts = { online: 1, waiting: 2, in_call: 4, away: 0 };
const wishes = { interests: "shared" } as const;
const ticket = { ticketId: "t1", since_ms: 60_000, until_ms: 360_000, wishes };
const matched: LobbyDown = {
  type: "matched",
  ticketId: "t1",
  callId: "call-1",
  party: "call",
  token: "token",
  role: "polite",
  partner: {
    id: "bob",
    name: "Bob",
    ageRange: "25-34",
    languages: ["en"],
    interests: [],
    gender: null,
    region: "eu",
    picturePath: null,
  },
  icePath: "/v1/match/calls/call-1/ice",
  since_ms: 60_000,
  within_ms: 10_000,
};

let runtime: TestRuntime;
let wires: Partial<Record<LobbyPlace, Wire>>;
let said: { readonly place: LobbyPlace; readonly message: LobbyUp }[];
let found: string[];
let lost: string[];
let retries: LobbyPlace[];
let session: LobbySession;

beforeEach(() => {
  runtime = new TestRuntime();
  [wires, said, found, lost, retries] = [{}, [], [], [], []];
  session = new LobbySession({
    runtime,
    connect: (place, wire) => {
      wires[place] = wire;
      return {
        send: (message) => said.push({ place, message }) > 0,
        retry: () => retries.push(place),
        stop: () => {},
      };
    },
    onFound: ({ callId }) => found.push(callId),
    onLost: (callId) => lost.push(callId),
  });
  session.start();
});

/** The room's clock is a second behind the local one. */
function welcome(kept: TicketView | null): void {
  const server_ms = runtime.now_ms() - 1_000;
  const first = { type: "welcome", memberId: "ann", status: "online" } as const;
  hear({ ...first, counts, ticket: kept, server_ms });
}

function hear(message: LobbyDown, place: LobbyPlace = "lobby"): void {
  wires[place]?.onMessage(message);
}

function online(ownQueue = false): void {
  wires.lobby?.onEntered(ownQueue);
  wires.lobby?.onState({ kind: "online" });
  welcome(null);
}

function types(place: LobbyPlace = "lobby"): string[] {
  return said.filter((one) => one.place === place).map(({ message }) => message.type);
}

describe("a search", () => {
  test("begins, shows its moments by the local clock, and asks for the numbers once", () => {
    online();
    expect(session.snapshot().counts).toEqual(counts);
    expect(session.snapshot().usualWait_ms).toBeNull();
    hear({ type: "queue", counts, oldestWait_ms: 10, usualWait_ms: 2_500, people: [] });
    expect(session.snapshot().usualWait_ms).toBe(2_500);
    session.search(wishes);
    hear({ type: "waiting", ticket });
    hear({ type: "waiting", ticket });
    expect(session.snapshot().ticket).toEqual({ since_ms: 61_000, until_ms: 361_000, wishes });
    expect(types()).toEqual(["enqueue", "look"]);
  });

  test("is taken up again by a socket that came back, with the place that was kept", () => {
    online();
    session.search(wishes);
    welcome(null);
    expect(types()).toEqual(["enqueue", "enqueue"]);
    welcome(ticket);
    expect(types()).toEqual(["enqueue", "enqueue", "look"]);
    expect(session.snapshot().ticket?.since_ms).toBe(61_000);
  });

  test("finds somebody once, however often it is told, and says so when it sits in the call", () => {
    online();
    session.search(wishes);
    hear(matched);
    hear(matched);
    expect(found).toEqual(["call-1"]);
    session.seated("call-1");
    hear(matched);
    welcome(null);
    expect(types()).toEqual(["enqueue", "seated", "seated", "seated"]);
    hear({ type: "ended", ticketId: "t1", end: "matched", reason: null });
    expect(session.snapshot()).toMatchObject({ searching: false, ticket: null, notice: null });
    expect(lost).toEqual([]);
  });

  test("goes on when the partner does not come, and says why", () => {
    online();
    session.search(wishes);
    hear(matched);
    hear({ type: "requeued", ticket, reason: "no_show" });
    expect(lost).toEqual(["call-1"]);
    expect(session.snapshot()).toMatchObject({ searching: true, notice: "no_show" });
    hear({ ...matched, callId: "call-2" });
    expect(found).toEqual(["call-1", "call-2"]);
  });

  test("that was called off too late declines whoever was found", () => {
    online();
    session.search(wishes);
    session.cancel();
    hear(matched);
    expect(found).toEqual([]);
    expect(types()).toEqual(["enqueue", "cancel", "decline"]);
  });

  test("of another window is left alone", () => {
    online();
    hear({ type: "waiting", ticket });
    hear(matched);
    welcome(ticket);
    expect(session.snapshot().ticket).toBeNull();
    expect([found, types()]).toEqual([[], []]);
  });

  test("ends after the longest wait, and says so", () => {
    online();
    session.search(wishes);
    hear({ type: "ended", ticketId: "t1", end: "timed_out", reason: null });
    expect(session.snapshot()).toMatchObject({ searching: false, notice: "waited_too_long" });
  });

  test("in a region with a queue of its own goes on there, and shows the numbers of there", () => {
    online(true);
    session.search(wishes);
    expect(types("queue")).toEqual(["enqueue"]);
    hear({ type: "counts", counts: { ...counts, waiting: 30 } }, "queue");
    hear({ type: "counts", counts: { ...counts, waiting: 3 } }, "lobby");
    expect(session.snapshot().counts?.waiting).toBe(30);
    hear({ type: "ended", ticketId: "t1", end: "matched", reason: null }, "queue");
    expect(said.at(-1)).toEqual({
      place: "lobby",
      message: { type: "status", status: "in_call" },
    });
  });
});

test("a full lobby is tried again when it says so", () => {
  hear({ type: "error", code: "room_full", message: "full", retryAfter_ms: 7_000 });
  expect(session.snapshot().notice).toBe("full");
  runtime.pass(6_999);
  expect(retries).toEqual([]);
  runtime.pass(1);
  expect(retries).toEqual(["lobby"]);
});

test("whoever leaves says so", () => {
  online();
  session.stop();
  expect(types()).toEqual(["bye"]);
});
