import { expect, test } from "vitest";
import type { TailEvent } from "../../protocol/analytics/tail.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { RoomSim } from "../testing/sim.ts";
import { tailMachine } from "./machine.ts";

const claims = (member: string): RoomClaims => ({
  party: "analytics",
  room: "game-live",
  member,
  name: "tail",
  role: "viewer",
  data: {},
});

const events = (count: number): TailEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    uuid: `uuid ${n}`,
    kind: "event",
    player: "ada",
    at_ms: 1,
    received_ms: 2,
    name: "jump",
  }));

const push = (count: number, skipped = 0) => ({
  type: "push" as const,
  events: events(count),
  skipped,
});

test("A-TAIL-1 whoever joins is welcomed, and has nothing to say", () => {
  const room = new RoomSim(tailMachine);
  expect(room.join("a", claims("ann"))).toEqual([{ type: "welcome", server_ms: room.now_ms }]);
  expect(tailMachine.up.safeParse({ type: "anything" }).success).toBe(false);
});

test("A-TAIL-2 everybody sees what buffers tell, fifty a second over all of them, and how many more there were", () => {
  const room = new RoomSim(tailMachine);
  room.join("a", claims("ann"));
  room.join("b", claims("bob"));
  room.ask(push(30));
  room.ask(push(30, 5));
  for (const who of ["a", "b"]) {
    const [first, second] = room.sentTo(who).slice(1);
    expect(first).toEqual({ type: "events", events: events(30), skipped: 0 });
    expect(second).toMatchObject({ type: "events", skipped: 15 });
    if (second?.type !== "events") throw new Error("no events were told");
    expect(second.events).toHaveLength(20);
    // A sample of them, and not the first.
    expect(events(30)).toEqual(expect.arrayContaining(second.events));
    expect(second.events).not.toEqual(events(20));
  }
  room.pass(1_000);
  room.ask(push(10));
  expect(room.sentTo("a").at(-1)).toEqual({ type: "events", events: events(10), skipped: 0 });
});

test("A-TAIL-3 buffers learn whether anybody watches, after a sleep too, and nothing is stored", () => {
  const room = new RoomSim(tailMachine);
  expect(room.ask(push(1))).toEqual({ watching: false });
  room.join("a", claims("ann"));
  room.sleep();
  expect(room.ask(push(1))).toEqual({ watching: true });
  room.leave("a");
  expect(room.ask(push(1))).toEqual({ watching: false });
  expect(room.stored.size).toBe(0);
});
