import { describe, expect, test } from "vitest";
import type { MeterBatch } from "../../platform/meter/batch.ts";
import { createMeter } from "../../platform/meter/meter.ts";
import { forAll } from "../../platform/testing/random.ts";
import { awake_ms_min } from "./awake-time.ts";
import { type CountedNote, RoomMeter, told_ms_max } from "./meter.ts";

const minute_ms = 60_000;

/** A room whose sockets survive its sleep, in virtual time. */
class House {
  now_ms = 1_000_000;
  readonly told_ms: number;
  readonly batches: MeterBatch[] = [];
  readonly notes = new Map<string, CountedNote | undefined>();
  readonly telling: Promise<void>[] = [];
  readonly isolate = createMeter({
    now_ms: () => this.now_ms,
    sleep: () => Promise.reject(new Error("a room must set no timer")),
    writer: { write: async (batch) => void this.batches.push(batch) },
  });
  room: RoomMeter;

  constructor(told_ms = told_ms_max) {
    this.told_ms = told_ms;
    this.room = this.#wake();
  }

  #wake(): RoomMeter {
    const room = new RoomMeter("watch", "room-1", this.isolate, {
      now_ms: this.now_ms,
      told_ms: this.told_ms,
    });
    for (const [id, note] of this.notes) room.opened(id, this.#carrier(id), note);
    room.countNamed("room_wake", 1);
    return room;
  }

  #carrier(id: string) {
    return {
      carry: (note: CountedNote | undefined) => {
        if (this.notes.has(id)) this.notes.set(id, structuredClone(note));
      },
    };
  }

  /** Memory is lost; attachments are not. `closing` is the socket whose closing wakes the room. */
  sleep(closing?: string): void {
    const note = closing === undefined ? undefined : this.notes.get(closing);
    if (closing !== undefined) this.notes.delete(closing);
    this.room = this.#wake();
    if (closing !== undefined) this.event(() => this.room.closed(closing, note));
  }

  event(act: () => void = () => {}): void {
    this.room.began(this.now_ms);
    act();
    const telling = this.room.ended(this.now_ms);
    if (telling !== undefined) this.telling.push(telling);
  }

  join(id: string): void {
    this.event(() => {
      this.notes.set(id, undefined);
      this.room.opened(id, this.#carrier(id));
    });
  }

  leave(id: string): void {
    const note = this.notes.get(id);
    this.notes.delete(id);
    this.event(() => this.room.closed(id, note));
  }

  message(): void {
    this.event(() => this.room.count("socket_messages_in"));
  }

  async written(): Promise<{ fields: Record<string, number>; sockets: number }> {
    await Promise.all(this.telling);
    const fields: Record<string, number> = {};
    let sockets = 0;
    for (const batch of this.batches) {
      for (const [name, amount] of batch.fields) fields[name] = (fields[name] ?? 0) + amount;
      for (const change of batch.sockets.values()) sockets += change;
    }
    return { fields, sockets };
  }
}

describe("a room that has emptied", () => {
  test("tells everything at once, in one pipeline", async () => {
    const house = new House();
    house.join("anna");
    house.now_ms += 2_000;
    house.message();
    house.now_ms += 3_000;
    house.leave("anna");
    expect(await house.written()).toEqual({
      fields: {
        "unit|watch|room_wakes": 1,
        "unit|watch|socket_messages_in": 1,
        "unit|watch|room_awake_ms": 3 * awake_ms_min,
      },
      sockets: -1,
    });
    expect(house.batches).toHaveLength(1);
  });

  test("does not wait for its isolate's ten seconds, for nothing would wake it again", async () => {
    const house = new House();
    for (let visit = 0; visit < 3; visit += 1) {
      house.join("anna");
      house.leave("anna");
      house.now_ms += 1_000;
    }
    expect((await house.written()).sockets).toBe(-3);
  });

  test("writes no more than every ten seconds for functions that ask it", async () => {
    const house = new House();
    for (let asked = 0; asked < 10; asked += 1) {
      house.event(() => house.room.count("rows_read"));
      house.now_ms += 1_100;
    }
    await house.written();
    expect(house.batches.length).toBeLessThanOrEqual(2);
  });
});

describe("a room with people in it", () => {
  test("tells nothing for a quarter of an hour, and then all", async () => {
    const house = new House();
    house.join("anna");
    for (let minutes = 0; minutes < 14; minutes += 1) {
      house.now_ms += minute_ms;
      house.message();
    }
    expect(house.batches).toEqual([]);
    house.now_ms += minute_ms;
    house.message();
    expect((await house.written()).fields["unit|watch|socket_messages_in"]).toBe(15);
    expect(house.notes.get("anna"), "what was told is not carried on").toBeUndefined();
  });

  test("tells of people who left after a minute, and of nothing else then", async () => {
    const house = new House();
    for (const id of ["anna", "bert", "cora", "dora"]) house.join(id);
    house.leave("bert");
    house.now_ms += minute_ms / 2;
    house.leave("cora");
    expect(await house.written()).toEqual({ fields: {}, sockets: -1 });
    house.now_ms += minute_ms;
    house.message();
    expect(await house.written()).toEqual({ fields: {}, sockets: -2 });
  });
});

describe("the time that a room is up", () => {
  const awake = async (house: House) => {
    for (const id of [...house.notes.keys()]) house.leave(id);
    return (await house.written()).fields["unit|watch|room_awake_ms"];
  };

  test("is that of its events, however long it stays in memory between them", async () => {
    const house = new House();
    house.join("anna");
    house.now_ms += 9_000;
    house.event(() => {
      house.now_ms += 40;
    });
    house.now_ms += 9_000;
    expect(await awake(house)).toBe(40 + 2 * awake_ms_min);
  });

  test("goes on while a timer or an answer is waited for, and counts once what overlaps", async () => {
    const house = new House();
    house.event(() => {
      house.notes.set("anna", undefined);
      house.room.opened("anna", { carry: () => {} });
      house.room.awake.hold(house.now_ms);
      house.room.awake.hold(house.now_ms);
    });
    house.now_ms += 100;
    house.event();
    house.room.awake.release(house.now_ms);
    house.now_ms += 100;
    house.room.awake.release(house.now_ms);
    house.now_ms += 9_000;
    expect(await awake(house)).toBe(200 + awake_ms_min);
  });
});

describe("a room that is to tell at once", () => {
  test("leaves its counts to its isolate with each event, which writes them when it writes", async () => {
    const house = new House(0);
    house.join("anna");
    house.message();
    expect(house.notes.get("anna")).toBeUndefined();
    house.now_ms += minute_ms;
    house.message();
    // Else each of many rooms would write, as none does while it keeps its counts to itself.
    expect(house.telling).toEqual([]);
    await house.isolate.flush();
    expect((await house.written()).fields["unit|watch|socket_messages_in"]).toBe(2);
  });
});

describe("what a room has counted sleeps with one of its sockets", () => {
  test("and is there when the room wakes", async () => {
    const house = new House();
    house.join("anna");
    house.join("bert");
    for (let wakes = 0; wakes < 5; wakes += 1) {
      house.now_ms += minute_ms;
      house.sleep();
      house.message();
    }
    house.leave("anna");
    house.leave("bert");
    const { fields, sockets } = await house.written();
    expect(fields).toMatchObject({
      "unit|watch|room_wakes": 6,
      "unit|watch|socket_messages_in": 5,
    });
    expect(fields["unit|watch|room_awake_ms"], "sleep is not counted as waking").toBe(
      9 * awake_ms_min,
    );
    expect(sockets).toBe(-2);
  });

  test("also when it is that socket's closing that wakes the room", async () => {
    const house = new House();
    house.join("anna");
    house.join("bert");
    house.message();
    expect([...house.notes].filter(([, note]) => note !== undefined)).toHaveLength(1);
    house.now_ms += minute_ms;
    house.sleep("anna");
    house.now_ms += minute_ms;
    house.sleep("bert");
    const { fields, sockets } = await house.written();
    expect(fields).toMatchObject({
      "unit|watch|socket_messages_in": 1,
      "unit|watch|room_wakes": 3,
    });
    expect(sockets).toBe(-2);
  });

  test("in a small note, however much it counts", () => {
    const house = new House();
    house.join("anna");
    for (let index = 0; index < 1_000; index += 1) {
      const name = `thing_${"abcdefghij"[index % 10]}${"abcdefghij"[Math.floor(index / 10) % 10]}`;
      house.event(() => house.room.countNamed(name, 1));
    }
    expect(JSON.stringify(house.notes.get("anna")).length).toBeLessThan(1_500);
  });
});

test("whoever comes, goes and sleeps when: each message and each socket is told once", async () => {
  await forAll(300, async (random) => {
    const house = new House();
    const inside: string[] = [];
    let messages = 0;
    let left = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      house.now_ms += random.pick([10, 1_000, 20_000, 4 * minute_ms]);
      const dice = random.next();
      if (dice < 0.25 || inside.length === 0) {
        inside.push(`member-${turn}`);
        house.join(`member-${turn}`);
      } else if (dice < 0.4) {
        const [gone = ""] = inside.splice(random.below(inside.length), 1);
        left += 1;
        if (random.next() < 0.5) house.leave(gone);
        else house.sleep(gone);
      } else if (dice < 0.6) house.sleep();
      else {
        messages += 1;
        house.message();
      }
    }
    for (const id of inside.splice(0)) {
      left += 1;
      house.leave(id);
    }
    const { fields, sockets } = await house.written();
    expect(fields["unit|watch|socket_messages_in"] ?? 0).toBe(messages);
    expect(sockets).toBe(-left);
  });
});
