import { describe, expect, test } from "vitest";
import { lacking, Taken } from "./taken.ts";

describe("what was acknowledged", () => {
  test("is a row for each event and purchase, and one for all that a session tells of itself", () => {
    const taken = new Taken();
    for (const [uuid, kind] of [
      ["a", "session_start"],
      ["b", "heartbeat"],
      ["c", "event"],
      ["d", "level"],
      ["e", "revenue"],
    ] as const) {
      taken.made(uuid, kind, "session-1");
      taken.answered(uuid);
    }
    expect(taken.rows).toEqual({ events: 2, revenue: 1, sessions: 1 });
  });

  test("is nothing that was not answered, and nothing twice", () => {
    const taken = new Taken();
    taken.made("a", "event", undefined);
    taken.made("b", "event", undefined);
    taken.answered("a");
    taken.answered("a");
    taken.answered("unknown");
    expect(taken.rows).toEqual({ events: 1, revenue: 0, sessions: 0 });
  });

  test("is compared with the database kind by kind, so that none makes up for another", () => {
    const taken = { events: 10, revenue: 2, sessions: 3 };
    const found = { events: 7, revenue: 3, sessions: 3 };
    expect(lacking(taken, found)).toBe(3);
  });
});
