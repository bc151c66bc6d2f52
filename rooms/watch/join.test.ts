import { describe, expect, test } from "vitest";
import { closeCodes } from "../../protocol/room.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import { watchMachine } from "./machine.ts";
import { claimsOf, film, hosted, roomData, WatchSim } from "./testing/room.ts";

describe("coming into being", () => {
  test("W-OPEN-1: the first token's data is what the room is made of", () => {
    const room = new WatchSim();
    const media = film("one");
    const data = roomData({ title: "Ours", media, maxParticipants: 3, gate: true });
    room.join("ann", claimsOf("ann", { data }));
    expect(room.last("ann", "welcome")).toMatchObject({
      options: {
        title: "Ours",
        maxParticipants: 3,
        gate: true,
        locked: false,
        public: false,
        hasPassword: false,
        permissions: defaultPermissions,
      },
      queue: [{ id: "first", place: "current", source: media, votes: 0, addedBy: null }],
    });
  });

  test("W-OPEN-1: what later tokens say of the room changes nothing", () => {
    const room = new WatchSim().enter("ann");
    room.join("bob", claimsOf("bob", { data: roomData({ title: "Mine", media: film("other") }) }));
    expect(room.last("bob", "welcome")).toMatchObject({
      options: { title: "Film night" },
      queue: [{ source: { kind: "sample", id: "timecode" } }],
    });
  });

  test("W-OPEN-2: it stands at the beginning of its first item, paused", () => {
    expect(new WatchSim().enter("ann").last("ann", "welcome").anchor).toEqual({
      itemId: "first",
      position_ms: 0,
      anchorServer_ms: 0,
      rate: 1,
      playing: false,
      seq: 0,
    });
  });
});

describe("joining", () => {
  test("W-JOIN-1: the first frame is a welcome with all a page needs, and nobody else gets it", () => {
    const room = new WatchSim().enter("ann", "bob");
    expect(room.types("bob")).toEqual(["welcome"]);
    expect(room.last("bob", "welcome")).toMatchObject({
      memberId: "bob",
      recovered: false,
      members: [{ id: "ann" }, { id: "bob" }],
      chat: [],
      chatCursor: 0,
      voted: [],
      server_ms: room.now_ms,
    });
  });

  test.each([
    ["no data", { data: {} }],
    ["media of the wrong kind", { data: roomData({ media: { kind: "sample" } }) }],
    [
      "media from an address without encryption",
      { data: roomData({ media: { ...film("x"), url: "http://x.test/x" } }) },
    ],
    ["no session", { data: roomData({ session: undefined }) }],
    ["an unknown role", { role: "emperor" }],
    ["a member id that is none", { member: "a b" }],
  ])("W-JOIN-2: a token with %s is refused, and nobody hears of it", (_name, wrong) => {
    const room = new WatchSim().enter("ann");
    const frames = room.join("bad", claimsOf("bad", wrong));
    expect(frames).toMatchObject([{ type: "error", code: "token_invalid" }]);
    expect(room.closed.get("bad")).toBe(closeCodes.tokenInvalid);
    expect(room.types("ann")).toEqual(["welcome"]);
    expect(room.ask({ type: "state" })).toMatchObject({ members: 1 });
  });

  test("W-JOIN-2: what a refused socket still says is not heard", () => {
    const room = new WatchSim().enter("ann");
    const peer = { connectionId: "bad", claims: claimsOf("ann") };
    const message = { type: "play", seq: 0 } as const;
    const moment = { now_ms: room.now_ms, random: 0 };
    const step = watchMachine.step(room.state, { type: "message", peer, message }, moment);
    expect(step).toEqual({ state: room.state, effects: [] });
  });

  test("W-JOIN-3: a late joiner gets the anchor that is true for everybody", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "play", seq: 0, position_ms: 1_000 });
    room.now_ms += 30_000;
    room.enter("late");
    expect(room.last("late", "welcome").anchor).toEqual(room.last("ann", "anchor").anchor);
    expect(room.ask({ type: "state" })).toMatchObject({ position_ms: 31_000 });
  });

  test("W-JOIN-4: people are counted, not tabs, and a full room says when to try again", () => {
    const room = new WatchSim();
    const data = (member: string) => ({
      data: roomData({ maxParticipants: 2, session: `session-${member}` }),
    });
    for (const [tab, member] of [
      ["a1", "ann"],
      ["a2", "ann"],
      ["b1", "bob"],
    ] as const)
      room.join(tab, claimsOf(member, data(member)));
    const frames = room.join("cho", claimsOf("cho"));
    expect(frames).toMatchObject([{ type: "error", code: "room_full", retryAfter_ms: 30_000 }]);
    expect(room.closed.get("cho")).toBe(closeCodes.roomFull);
    room.leave("b1");
    expect(room.join("cho-2", claimsOf("cho"))).toMatchObject([{ type: "welcome" }]);
  });

  test("W-JOIN-4: a place kept for somebody who lost the line goes to nobody else", () => {
    const room = new WatchSim();
    room.join("ann", claimsOf("ann", { data: roomData({ maxParticipants: 1 }) }));
    room.leave("ann", 1006);
    expect(room.join("bob", claimsOf("bob"))).toMatchObject([{ code: "room_full" }]);
    expect(room.join("ann", claimsOf("ann"))).toMatchObject([{ type: "welcome" }]);
  });

  test("W-JOIN-4: of 100 who come at once into a room for 37, 37 get in", () => {
    const room = new WatchSim();
    const data = roomData({ maxParticipants: 37 });
    for (let index = 0; index < 100; index += 1)
      room.join(`tab-${index}`, claimsOf(`member-${index}`, { data }));
    expect([...room.closed.values()]).toEqual(Array(63).fill(closeCodes.roomFull));
    expect(room.ask({ type: "state" })).toMatchObject({ members: 37 });
  });

  test("W-JOIN-5: a resume token opens no room anew", () => {
    const room = new WatchSim();
    expect(room.join("ann", { ...claimsOf("ann"), resumed: true })).toMatchObject([
      { type: "error", code: "room_not_found" },
    ]);
    expect(room.closed.get("ann")).toBe(closeCodes.roomNotFound);
    expect(room.stored.size).toBe(0);
  });

  test("W-JOIN-5: into a room that is there it needs no more than a session", () => {
    const room = new WatchSim().enter("ann");
    const claims = claimsOf("bob", { data: { session: "session-bob" } });
    expect(room.join("bob", { ...claims, resumed: true })).toMatchObject([{ type: "welcome" }]);
  });
});

describe("members", () => {
  test("W-MEMBERS-1, W-MEMBERS-2: a second tab adds nobody and tells nobody", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.clear("ann");
    room.join("bob-2", claimsOf("bob"));
    room.leave("bob");
    expect(room.types("ann")).toEqual([]);
    expect(room.people()).toBe("ann bob");
    room.leave("bob-2");
    expect(room.last("ann", "members").members).toMatchObject([{ id: "ann" }]);
  });

  test("W-MEMBERS-2: a room that slept until somebody left tells who remains", () => {
    const room = new WatchSim().enter("ann", "bob");
    const bob = room.peers.get("bob");
    room.peers.delete("bob");
    room.sleep();
    if (bob !== undefined) room.peers.set("bob", bob);
    room.leave("bob");
    expect(room.last("ann", "members").members).toMatchObject([{ id: "ann" }]);
  });

  test("W-MEMBERS-3: a person who comes back under a new name is announced", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.join("bob-2", claimsOf("bob", { name: "Robert" }));
    expect(room.last("ann", "members")).toMatchObject({
      members: [{ id: "ann" }, { id: "bob", name: "Robert" }],
    });
  });

  test("W-MEMBERS-4: the host, co-hosts, then by name, then by id", () => {
    const room = new WatchSim();
    room.join("1", claimsOf("zed", { name: "B" }));
    room.join("2", claimsOf("bob", { name: "B" }));
    room.join("3", claimsOf("ann", { name: "C" }));
    room.join("4", claimsOf("host", { name: "Z", role: "host" }));
    room.join("5", claimsOf("aid", { name: "Y", role: "cohost" }));
    expect(room.people()).toBe("host:host aid:cohost bob zed ann");
  });
});

test("W-LIST-1: a host is told apart in the welcome, with the bans they may lift", () => {
  const room = hosted("ann");
  expect(room.last("host", "welcome").bans).toEqual([]);
  expect(room.last("ann", "welcome").bans).toBeUndefined();
});
