import type * as Party from "partykit/server";
import { expect, test } from "vitest";
import { z } from "zod";
import type { RoomMachine, RoomTypes } from "../room.ts";
import { PartyKitRoom } from "./partykit.ts";

interface BellTypes extends RoomTypes {
  up: never;
  request: { readonly type: "rings" };
  reply: number;
}

/** A machine that counts its alarms, and sets the next one when asked how many there were. */
const bellMachine: RoomMachine<number, BellTypes> = {
  limits: {
    connections_max: 1,
    connections_per_member_max: 1,
    messages_per_s: 1,
    messages_burst: 1,
    strikes_max: 1,
  },
  worstCaseBytes: () => 0,
  up: z.never(),
  request: z.object({ type: z.literal("rings") }),
  restore: (stored) => Number(stored.get("rings") ?? 0),
  step(rings, event) {
    if (event.type === "alarm")
      return { state: rings + 1, effects: [{ type: "store", changes: { rings: rings + 1 } }] };
    if (event.type === "request")
      return {
        state: rings,
        effects: [
          { type: "alarm", at_ms: 5_000 },
          { type: "reply", reply: rings },
        ],
      };
    return { state: rings, effects: [] };
  },
};

class BellRoom extends PartyKitRoom<number, BellTypes> {
  protected readonly party = "bell";
  protected readonly machine = bellMachine;
}

/** As much of the platform as an alarm meets: it has storage, and refuses to name the room. */
function platform(stored: Map<string, unknown>, alarms: number[]) {
  const fake = {
    get id(): string {
      throw new Error("You can not access `Party.id` in the `onAlarm` handler.");
    },
    storage: {
      list: async () => stored,
      put: async (entries: Record<string, unknown>) => {
        for (const [key, value] of Object.entries(entries)) stored.set(key, value);
      },
      setAlarm: async (at_ms: number) => void alarms.push(at_ms),
    },
    getConnections: () => [],
    blockConcurrencyWhile: (act: () => Promise<unknown>) => act(),
  };
  return fake as unknown as Party.Room;
}

test("an alarm that wakes a sleeping room, whose id the platform then withholds, is heard", async () => {
  const stored = new Map<string, unknown>([["room/rings", 2]]);
  const room = new BellRoom(platform(stored, []));
  await room.onStart();
  room.onAlarm();
  expect(stored.get("room/rings")).toBe(3);
});

test("a function's request is answered, and its effects are done", async () => {
  const alarms: number[] = [];
  const room = new BellRoom(platform(new Map(), alarms));
  await room.onStart();
  const asked = (headers: Record<string, string>) =>
    new Request("http://rooms.test/", {
      method: "POST",
      headers,
      body: '{"type":"rings"}',
    }) as unknown as Party.Request;
  expect((await room.onRequest(asked({}))).status).toBe(401);
  const answer = await room.onRequest(asked({ "x-offrail-service": "1" }));
  expect(await answer.json()).toBe(0);
  expect(alarms).toEqual([5_000]);
});
