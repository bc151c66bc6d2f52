import { describe, expect, test } from "vitest";
import { closeCodes, type RoomClaims } from "../../protocol/room.ts";
import { type Anchor, position_ms_max } from "../../protocol/watch/anchor.ts";
import type { WatchDown } from "../../protocol/watch/down.ts";
import { RoomSim } from "../testing/sim.ts";
import { watchMachine } from "./machine.ts";

const claims = (member: string, more: Partial<RoomClaims> = {}): RoomClaims => ({
  party: "watch",
  room: "room-1",
  member,
  name: `Name of ${member}`,
  role: "viewer",
  data: { mediaId: "timecode" },
  ...more,
});

/** A room with these members in it, one tab each, named like them. */
function roomOf(...members: string[]) {
  const room = new RoomSim(watchMachine);
  for (const member of members) room.join(member, claims(member));
  return room;
}

const typesOf = (frames: readonly WatchDown[]) => frames.map(({ type }) => type);
const idsIn = (frame: WatchDown | undefined) =>
  frame?.type === "members" || frame?.type === "welcome" ? frame.members.map(({ id }) => id) : [];
const anchorIn = (frame: WatchDown | undefined): Anchor | undefined =>
  frame?.type === "anchor" || frame?.type === "welcome" ? frame.anchor : undefined;
const duration_ms = 60_000;

describe("media", () => {
  test("W-MEDIA-1: a fresh room stands at the beginning of its token's media, paused", () => {
    const [welcome] = roomOf("ann").sentTo("ann");
    expect(anchorIn(welcome)).toEqual({
      mediaId: "timecode",
      position_ms: 0,
      anchorServer_ms: 0,
      rate: 1,
      playing: false,
      seq: 0,
    });
  });

  test("W-MEDIA-1: until a command, whoever has sat there longest says which media it is", () => {
    const room = roomOf("ann");
    const other = room.join("bob", claims("bob", { data: { mediaId: "other" } }));
    expect(anchorIn(other[0])?.mediaId).toBe("timecode");
    room.leave("ann");
    const third = room.join("cho", claims("cho"));
    expect(anchorIn(third[0])?.mediaId).toBe("other");
  });

  test("W-MEDIA-2: after a command the media stands", () => {
    const room = roomOf("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.leave("ann");
    const other = room.join("bob", claims("bob", { data: { mediaId: "other" } }));
    expect(anchorIn(other[0])?.mediaId).toBe("timecode");
  });

  test("W-MEDIA-3: a position past the end becomes the end", () => {
    const room = roomOf("ann");
    const [told] = room.say("ann", { type: "seek", seq: 0, position_ms: duration_ms + 1 });
    expect(anchorIn(told)?.position_ms).toBe(duration_ms);
  });

  test("W-MEDIA-3: media of unknown length ends after a day", () => {
    const room = new RoomSim(watchMachine);
    room.join("ann", claims("ann", { data: { mediaId: "unknown" } }));
    room.say("ann", { type: "play", seq: 0, position_ms: position_ms_max - 5 });
    room.now_ms += 60_000;
    expect(room.ask({ type: "state" })).toMatchObject({ position_ms: position_ms_max });
  });
});

describe("joining", () => {
  test("W-JOIN-1: the first frame is a welcome with all a page needs", () => {
    const room = roomOf("ann", "bob");
    expect(typesOf(room.sentTo("bob"))).toEqual(["welcome"]);
    expect(room.sentTo("bob")[0]).toMatchObject({ memberId: "bob", server_ms: room.now_ms });
    expect(idsIn(room.sentTo("bob")[0])).toEqual(["ann", "bob"]);
  });

  test.each([
    ["no media", { data: {} }],
    ["media of the wrong type", { data: { mediaId: 7 } }],
    ["an unknown role", { role: "emperor" }],
  ])("W-JOIN-2: a token with %s is refused, and nobody hears of it", (_name, wrong) => {
    const room = roomOf("ann");
    const frames = room.join("bad", claims("bad", wrong));
    expect(frames).toMatchObject([{ type: "error", code: "token_invalid" }]);
    expect(room.closed.get("bad")).toBe(closeCodes.tokenInvalid);
    expect(typesOf(room.sentTo("ann"))).toEqual(["welcome"]);
    expect(room.ask({ type: "state" })).toMatchObject({ members: 1 });
  });

  test("W-JOIN-2: what a refused socket still says is not heard", () => {
    const room = roomOf("ann");
    const peer = { connectionId: "bad", claims: claims("bad", { data: {} }) };
    const message = { type: "play", seq: 0 } as const;
    const moment = { now_ms: room.now_ms, random: 0 };
    const step = watchMachine.step(room.state, { type: "message", peer, message }, moment);
    expect(step).toEqual({ state: room.state, effects: [] });
  });

  test("W-JOIN-3: a late joiner gets the anchor that is true for everybody", () => {
    const room = roomOf("ann");
    const [told] = room.say("ann", { type: "play", seq: 0, position_ms: 1_000 });
    room.now_ms += 30_000;
    const [welcome] = room.join("late", claims("late"));
    expect(anchorIn(welcome)).toEqual(anchorIn(told));
    expect(room.ask({ type: "state" })).toMatchObject({ position_ms: 31_000 });
  });
});

describe("members", () => {
  test("W-MEMBERS-1, W-MEMBERS-2: a second tab adds nobody and tells nobody", () => {
    const room = roomOf("ann", "bob");
    const frames = room.join("bob-2", claims("bob"));
    expect(idsIn(frames[0])).toEqual(["ann", "bob"]);
    expect(typesOf(room.sentTo("ann"))).toEqual(["welcome", "members"]);
    room.leave("bob");
    expect(typesOf(room.sentTo("ann"))).toEqual(["welcome", "members"]);
    room.leave("bob-2");
    expect(typesOf(room.sentTo("ann"))).toEqual(["welcome", "members", "members"]);
    expect(idsIn(room.sentTo("ann")[2])).toEqual(["ann"]);
  });

  test("W-MEMBERS-2: a room that slept until somebody left tells who remains", () => {
    const room = roomOf("ann", "bob");
    const bob = room.peers.get("bob");
    room.peers.delete("bob");
    room.sleep();
    if (bob !== undefined) room.peers.set("bob", bob);
    room.leave("bob");
    expect(idsIn(room.sentTo("ann").at(-1))).toEqual(["ann"]);
  });

  test("W-MEMBERS-3: a new name is announced, and taken back when its tab closes", () => {
    const room = roomOf("ann", "bob");
    room.join("bob-2", claims("bob", { name: "Robert" }));
    expect(room.sentTo("ann").at(-1)).toMatchObject({
      members: [{ id: "ann" }, { id: "bob", name: "Robert" }],
    });
    room.leave("bob-2");
    expect(room.sentTo("ann").at(-1)).toMatchObject({
      members: [{ id: "ann" }, { id: "bob", name: "Name of bob" }],
    });
  });

  test("W-MEMBERS-4: hosts first, then by name, then by id", () => {
    const room = new RoomSim(watchMachine);
    room.join("1", claims("zed", { name: "B" }));
    room.join("2", claims("bob", { name: "B" }));
    room.join("3", claims("ann", { name: "C" }));
    const frames = room.join("4", claims("host", { name: "Z", role: "host" }));
    expect(idsIn(frames[0])).toEqual(["host", "bob", "zed", "ann"]);
  });
});

describe("commands", () => {
  test("W-SEQ-1, W-PLAY-1: an accepted command is everybody's new anchor", () => {
    const room = roomOf("ann", "bob");
    room.say("ann", { type: "play", seq: 0, position_ms: 5_000 });
    const expected = {
      type: "anchor",
      by: "ann",
      server_ms: room.now_ms,
      anchor: { seq: 1, playing: true, position_ms: 5_000, anchorServer_ms: room.now_ms },
    };
    expect(room.sentTo("ann").at(-1)).toMatchObject(expected);
    expect(room.sentTo("bob").at(-1)).toMatchObject(expected);
  });

  test.each([0, 2, 99])(
    "W-SEQ-2: on seq %i while the room is at 1, the sender alone is told where things stand",
    (seq) => {
      const room = roomOf("ann", "bob");
      room.say("ann", { type: "play", seq: 0 });
      const before = room.sentTo("ann").length;
      const frames = room.say("bob", { type: "pause", seq });
      expect(frames).toMatchObject([
        { type: "error", code: "stale_command" },
        { type: "anchor", by: null, anchor: { seq: 1, playing: true } },
      ]);
      expect(room.sentTo("ann")).toHaveLength(before);
    },
  );

  test("W-PLAY-1, W-PAUSE-1: without a position they act where the video stands", () => {
    const room = roomOf("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.now_ms += 7_000;
    const [paused] = room.say("ann", { type: "pause", seq: 1 });
    expect(anchorIn(paused)).toMatchObject({ position_ms: 7_000, playing: false, seq: 2 });
    room.now_ms += 50_000;
    const [resumed] = room.say("ann", { type: "play", seq: 2 });
    expect(anchorIn(resumed)).toMatchObject({ position_ms: 7_000, playing: true, seq: 3 });
  });

  test("W-PLAY-2: play at the end starts over", () => {
    const room = roomOf("ann");
    room.say("ann", { type: "play", seq: 0 });
    room.now_ms += duration_ms + 1;
    const [again] = room.say("ann", { type: "play", seq: 1 });
    expect(anchorIn(again)).toMatchObject({ position_ms: 0, playing: true });
  });

  test("W-PAUSE-1: pause at a given position holds it there", () => {
    const room = roomOf("ann");
    room.say("ann", { type: "play", seq: 0 });
    const [paused] = room.say("ann", { type: "pause", seq: 1, position_ms: 1_234 });
    expect(anchorIn(paused)).toMatchObject({ position_ms: 1_234, playing: false });
  });

  test("W-SEEK-1: seek leaves it running or stopped as it was", () => {
    const room = roomOf("ann");
    const [stopped] = room.say("ann", { type: "seek", seq: 0, position_ms: 9_000 });
    expect(anchorIn(stopped)).toMatchObject({ position_ms: 9_000, playing: false });
    room.say("ann", { type: "play", seq: 1 });
    const [running] = room.say("ann", { type: "seek", seq: 2, position_ms: 3_000 });
    expect(anchorIn(running)).toMatchObject({ position_ms: 3_000, playing: true });
  });

  test("W-CONTROL-1: a viewer may command", () => {
    const room = roomOf("ann");
    expect(typesOf(room.say("ann", { type: "play", seq: 0 }))).toEqual(["anchor"]);
  });
});

test("W-CLOCK-1: a clock probe comes back to its sender alone", () => {
  const room = roomOf("ann", "bob");
  const others = room.sentTo("bob").length;
  expect(room.say("ann", { type: "clock", client_ms: -5.5 })).toEqual([
    { type: "clock", client_ms: -5.5, server_ms: room.now_ms },
  ]);
  expect(room.sentTo("bob")).toHaveLength(others);
});

test("W-REQ-1, W-REQ-2: a room never used answers too", () => {
  const room = new RoomSim(watchMachine);
  expect(room.ask({ type: "ping" })).toEqual({ ok: true });
  expect(room.ask({ type: "state" })).toEqual({
    position_ms: 0,
    playing: false,
    members: 0,
    server_ms: room.now_ms,
  });
});

test("W-STORE-1: accepted commands store the anchor, and nothing else stores anything", () => {
  const room = roomOf("ann", "bob");
  room.say("bob", { type: "clock", client_ms: 1 });
  room.say("bob", { type: "play", seq: 5 });
  room.leave("bob");
  room.ask({ type: "state" });
  expect(room.stored.size).toBe(0);
  const [told] = room.say("ann", { type: "play", seq: 0 });
  expect([...room.stored]).toEqual([["anchor", anchorIn(told)]]);
});

test("W-STORE-2: an anchor that storage garbled is as none", () => {
  const state = watchMachine.restore(new Map([["anchor", { seq: -1 }]]), []);
  expect(state.commanded).toBeNull();
});
