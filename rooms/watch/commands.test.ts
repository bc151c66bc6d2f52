import { describe, expect, test } from "vitest";
import { position_ms_max } from "../../protocol/watch/anchor.ts";
import { claimsOf, clip_ms, film, hosted, roomData, WatchSim } from "./testing/room.ts";

/** Two people with ordinary lines: a start is scheduled 400 ms ahead. */
const lead_ms = 400;

describe("commands", () => {
  test("W-SEQ-1, W-PLAY-1: an accepted command is everybody's new anchor", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0, position_ms: 5_000 });
    for (const id of ["ann", "bob"])
      expect(room.last(id, "anchor")).toEqual({
        type: "anchor",
        by: "ann",
        server_ms: room.now_ms,
        anchor: {
          itemId: "first",
          seq: 1,
          playing: true,
          rate: 1,
          position_ms: 5_000,
          anchorServer_ms: room.now_ms + lead_ms,
        },
      });
  });

  test.each([0, 2, 99])(
    "W-SEQ-2: on seq %i while the room is at 1, the sender alone is told where things stand",
    (seq) => {
      const room = new WatchSim().enter("ann", "bob");
      room.say("ann", { type: "play", seq: 0 });
      room.clear();
      expect(room.say("bob", { type: "pause", seq })).toMatchObject([
        { type: "error", code: "stale_command", about: "pause" },
        { type: "anchor", by: null, anchor: { seq: 1, playing: true } },
      ]);
      expect(room.types("ann")).toEqual([]);
    },
  );

  test("W-PLAY-1, W-PAUSE-1: without a position they act where the video stands", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.now_ms += 7_000;
    room.say("ann", { type: "pause", seq: 1 });
    expect(room.anchor).toMatchObject({ position_ms: 7_000, playing: false, seq: 2 });
    room.now_ms += 50_000;
    room.say("ann", { type: "play", seq: 2 });
    expect(room.anchor).toMatchObject({ position_ms: 7_000, playing: true, seq: 3 });
  });

  test("W-PLAY-2: play at the end starts over", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.now_ms += clip_ms + 1;
    room.say("ann", { type: "play", seq: 1 });
    expect(room.anchor).toMatchObject({ position_ms: 0, playing: true });
  });

  test("W-PLAY-3: play while it plays holds nobody up", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0 });
    const { anchor } = room;
    room.now_ms += 3_000;
    room.say("bob", { type: "play", seq: 1 });
    expect(room.anchor).toEqual({ ...anchor, seq: 2 });
  });

  test("W-PAUSE-1: pause at a given position holds it there, at once", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0 });
    room.say("ann", { type: "pause", seq: 1, position_ms: 1_234 });
    expect(room.anchor).toMatchObject({
      position_ms: 1_234,
      playing: false,
      anchorServer_ms: room.now_ms,
    });
  });

  test("W-PAUSE-2: pause before a scheduled start leaves the video where it was to start", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0, position_ms: 9_000 });
    room.now_ms += lead_ms / 2;
    room.say("bob", { type: "pause", seq: 1 });
    expect(room.anchor).toMatchObject({ position_ms: 9_000, playing: false });
  });

  test("W-SEEK-1: seek leaves it running or stopped as it was; running on, it is a start", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "seek", seq: 0, position_ms: 9_000 });
    expect(room.anchor).toMatchObject({ position_ms: 9_000, playing: false });
    room.say("ann", { type: "play", seq: 1 });
    room.now_ms += 5_000;
    room.say("ann", { type: "seek", seq: 2, position_ms: 3_000 });
    expect(room.anchor).toMatchObject({
      position_ms: 3_000,
      playing: true,
      anchorServer_ms: room.now_ms + lead_ms,
    });
  });

  test("W-SEEK-2: a position past the end becomes the end; of unknown length, a day is the most", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "seek", seq: 0, position_ms: clip_ms + 1 });
    expect(room.anchor.position_ms).toBe(clip_ms);
    const live = new WatchSim();
    live.join("ann", claimsOf("ann", { data: roomData({ media: film("live", null) }) }));
    live.say("ann", { type: "play", seq: 0, position_ms: position_ms_max - 5 });
    live.now_ms += 60_000;
    expect(live.ask({ type: "state" })).toMatchObject({ position_ms: position_ms_max });
  });

  test("W-RATE-1: speed changes from where the video stands, and time counts at that speed", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0 });
    room.now_ms += lead_ms + 2_000;
    room.say("bob", { type: "rate", seq: 1, rate: 2 });
    expect(room.anchor).toMatchObject({ rate: 2, position_ms: 2_000, playing: true });
    room.now_ms += 3_000;
    expect(room.ask({ type: "state" })).toMatchObject({ position_ms: 8_000 });
    room.say("bob", { type: "pause", seq: 2 });
    room.say("bob", { type: "play", seq: 3 });
    expect(room.anchor.rate).toBe(2);
  });

  test("W-RATE-1: before a scheduled start it moves neither the start nor the position", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "play", seq: 0, position_ms: 1_000 });
    const { anchor } = room;
    room.now_ms += 10;
    room.say("bob", { type: "rate", seq: 1, rate: 0.5 });
    expect(room.anchor).toEqual({ ...anchor, rate: 0.5, seq: 2 });
  });
});

describe("a scheduled start", () => {
  test("W-LEAD-1: somebody alone starts at once", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "play", seq: 0 });
    expect(room.anchor.anchorServer_ms).toBe(room.now_ms);
  });

  test.each([
    [20, 400],
    [130, 410],
    [300, 650],
    [900, 1_550],
    [60_000, 3_000],
  ])("W-LEAD-2: with a slowest line of %i ms it lies %i ms ahead", (rtt_ms, lead) => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("bob", { type: "hello", rtt_ms });
    room.say("ann", { type: "play", seq: 0 });
    expect(room.anchor.anchorServer_ms - room.now_ms).toBe(lead);
  });

  test("W-LEAD-2: a slow line that is gone counts no more", () => {
    const room = new WatchSim().enter("ann", "bob", "cho");
    room.say("cho", { type: "hello", rtt_ms: 900 });
    room.leave("cho", 1006);
    room.say("ann", { type: "play", seq: 0 });
    expect(room.anchor.anchorServer_ms - room.now_ms).toBe(lead_ms);
  });

  test("W-LEAD-3: an ordinary line is not written; a slow one once for each 20 ms step", () => {
    const room = new WatchSim().enter("ann");
    const written = () => room.effects.filter(({ type }) => type === "store").length;
    for (const [rtt_ms, rows] of [
      [40, 0],
      [110, 0],
      [290, 1],
      [283, 0],
      [301, 1],
    ] as const) {
      room.say("ann", { type: "hello", rtt_ms });
      expect(written(), `${rtt_ms} ms`).toBe(rows);
    }
  });
});

describe("the ready gate", () => {
  const gated = (...viewers: string[]) => {
    const room = hosted(...viewers);
    room.say("host", { type: "set_options", gate: true });
    room.clear();
    return room;
  };

  test("W-GATE-1: a start waits, stands still meanwhile, and says for whom it waits", () => {
    const room = gated("ann", "bob");
    room.leave("bob", 1006);
    room.say("ann", { type: "play", seq: 0, position_ms: 1_000 });
    expect(room.last("ann", "anchor").anchor).toMatchObject({
      playing: false,
      position_ms: 1_000,
      waitingFor: ["ann", "host"],
      seq: 1,
    });
  });

  test("W-GATE-2: once all are ready it starts a little ahead, for everybody", () => {
    const room = gated("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.say("ann", { type: "ready", seq: 0 });
    room.say("ann", { type: "ready", seq: 1 });
    expect(room.last("host", "gate")).toEqual({ type: "gate", seq: 1, waitingFor: ["host"] });
    room.say("host", { type: "ready", seq: 1 });
    expect(room.last("ann", "anchor")).toMatchObject({
      by: null,
      anchor: { playing: true, seq: 2 },
    });
    expect(room.anchor).not.toHaveProperty("waitingFor");
    expect(room.anchor.anchorServer_ms).toBe(room.now_ms + lead_ms);
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-GATE-3: after 5 s it starts without those who are not ready", () => {
    const room = gated("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.pass(4_999);
    expect(room.anchor.playing).toBe(false);
    room.pass(1);
    expect(room.anchor).toMatchObject({ playing: true, seq: 2 });
  });

  test("W-GATE-3: also when the room slept in between", () => {
    const room = gated("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.sleep();
    room.pass(5_000);
    expect(room.anchor).toMatchObject({ playing: true, seq: 2 });
  });

  test("W-GATE-4: nobody who comes late or loses the line holds it up", () => {
    const room = gated("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.enter("late");
    expect(room.last("late", "welcome").anchor.waitingFor).toEqual(["ann", "host"]);
    room.say("ann", { type: "ready", seq: 1 });
    room.leave("host", 1006);
    expect(room.anchor.playing).toBe(true);
  });

  test("W-GATE-5: pause takes the start back; a second play waits no longer; a seek waits anew", () => {
    const room = gated("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.say("ann", { type: "pause", seq: 1 });
    expect(room.alarmAt_ms).toBeNull();
    room.say("ann", { type: "play", seq: 2 });
    room.now_ms += 1_000;
    room.say("ann", { type: "seek", seq: 3, position_ms: 500 });
    expect(room.anchor).toMatchObject({ waitingFor: ["ann", "host"], position_ms: 500 });
    room.say("ann", { type: "rate", seq: 4, rate: 2 });
    expect(room.anchor).toMatchObject({ waitingFor: ["ann", "host"], rate: 2, playing: false });
    room.say("host", { type: "play", seq: 5 });
    expect(room.anchor).toMatchObject({ playing: true, position_ms: 500, rate: 2 });
  });

  test("W-GATE-6: a room without one, and somebody alone, never wait", () => {
    const alone = gated();
    alone.say("host", { type: "play", seq: 0 });
    expect(alone.anchor.playing).toBe(true);
  });
});

test("W-CLOCK-1: a clock probe comes back to its sender alone, and writes nothing", () => {
  const room = new WatchSim().enter("ann", "bob");
  room.clear();
  for (let probe = 0; probe < 16; probe += 1)
    expect(room.say("ann", { type: "clock", client_ms: -5.5 + probe })).toEqual([
      { type: "clock", client_ms: -5.5 + probe, server_ms: room.now_ms },
    ]);
  expect(room.types("bob")).toEqual([]);
  expect(room.effects.filter(({ type }) => type === "store" || type === "alarm")).toEqual([]);
});
