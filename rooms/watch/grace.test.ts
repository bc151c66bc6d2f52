import { describe, expect, test } from "vitest";
import { claimsOf, hosted, WatchSim } from "./testing/room.ts";

describe("a lost line", () => {
  test("W-GRACE-1: keeps its place for 30 s, and nobody is told", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.clear("ann");
    room.leave("bob", 1006);
    expect(room.people()).toBe("ann bob~");
    room.pass(29_999);
    expect(room.types("ann")).toEqual([]);
  });

  test("W-GRACE-2: who is back within the grace troubles nobody", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.clear("ann");
    room.leave("bob", 1001);
    room.pass(12_000);
    room.join("bob-2", claimsOf("bob"));
    room.pass(60_000);
    expect(room.types("ann")).toEqual([]);
    expect(room.people()).toBe("ann bob");
    expect(room.alarmAt_ms).toBeNull();
  });

  test("W-GRACE-2: others who were shown the absence are shown the return", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.leave("bob", 1006);
    room.enter("cho");
    expect(room.last("ann", "members").members).toMatchObject([
      { id: "ann" },
      { id: "bob", away: true },
      { id: "cho" },
    ]);
    room.join("bob-2", claimsOf("bob"));
    expect(room.last("ann", "members").members[1]).toEqual({
      id: "bob",
      name: "Name of bob",
      role: "viewer",
    });
  });

  test("W-GRACE-3: after 30 s the member is gone, and everybody hears of it", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.leave("bob", 1006);
    room.pass(30_000);
    expect(room.last("ann", "members").members).toMatchObject([{ id: "ann" }]);
    expect(room.stored.has("member/bob")).toBe(false);
  });

  test("W-GRACE-4: whoever closes on purpose, or says bye, is gone at once", () => {
    const room = new WatchSim().enter("ann", "bob", "cho");
    room.leave("bob", 1000);
    expect(room.people()).toBe("ann cho");
    room.say("cho", { type: "bye" });
    expect(room.people()).toBe("ann");
    expect(room.closed.get("cho")).toBe(1000);
  });

  test("W-GRACE-4: a tab that says bye while another stays open ends nothing", () => {
    const room = new WatchSim().enter("ann");
    room.join("ann-2", claimsOf("ann"));
    room.say("ann", { type: "bye" });
    expect(room.people()).toBe("ann");
    expect(room.say("ann-2", { type: "play", seq: 0 })).toMatchObject([{ type: "anchor" }]);
  });

  test("W-GRACE-5: a deploy takes all sockets without a word; all come back as if nothing had been", () => {
    const room = hosted("ann", "bob");
    room.say("ann", { type: "say", text: "hello" });
    const since = 1;
    room.peers.clear();
    room.sleep();
    room.now_ms += 3_000;
    for (const id of ["host", "ann", "bob"])
      room.join(`${id}-2`, {
        ...claimsOf(id, {
          role: id === "host" ? "host" : "viewer",
          name: id === "host" ? "Host" : `Name of ${id}`,
        }),
        since,
      });
    for (const id of ["host-2", "ann-2", "bob-2"])
      expect(room.last(id, "welcome")).toMatchObject({ recovered: true, chat: [] });
    room.pass(60_000);
    expect(room.people()).toBe("host:host ann bob");
    expect(room.alarmAt_ms).toBeNull();
    expect(room.stored.has("lost")).toBe(false);
  });

  test("W-GRACE-5: who does not come back after it is gone when the grace is over, also after further sleeps", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.peers.clear();
    room.sleep();
    room.join("ann-2", claimsOf("ann"));
    expect(room.people()).toBe("ann bob~");
    room.now_ms += 20_000;
    room.sleep();
    room.pass(9_999);
    expect(room.people()).toBe("ann bob~");
    room.pass(1);
    expect(room.people()).toBe("ann");
  });

  test("W-GRACE-5: more than one step may take out are taken out all the same", () => {
    const room = new WatchSim();
    for (let index = 0; index < 200; index += 1) room.join(`t${index}`, claimsOf(`m${index}`));
    room.peers.clear();
    room.sleep();
    room.ask({ type: "ping" });
    expect(room.ask({ type: "state" })).toMatchObject({ members: 0 });
    room.pass(31_000);
    expect([...room.stored.keys()].filter((key) => key.startsWith("member/"))).toEqual([]);
  });
});

describe("coming back", () => {
  test("W-RESUME-1: what was said meanwhile comes with the welcome, and nothing else", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.say("ann", { type: "say", text: "one" });
    room.leave("bob", 1006);
    room.say("ann", { type: "say", text: "two" });
    room.say("ann", { type: "react", emoji: "👍", to: 1 });
    room.join("bob-2", { ...claimsOf("bob"), since: 1 });
    expect(room.last("bob-2", "welcome")).toMatchObject({
      recovered: true,
      chat: [{ text: "one", reactions: [{ emoji: "👍", count: 1 }] }, { text: "two" }],
      chatCursor: 3,
    });
  });

  test("W-RESUME-2: after the grace, or when the chat has run on too far, nothing was recovered", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.leave("bob", 1006);
    room.pass(30_000);
    room.join("bob-2", { ...claimsOf("bob"), since: 0 });
    expect(room.last("bob-2", "welcome").recovered).toBe(false);
    room.leave("bob-2", 1006);
    for (let count = 0; count < 101; count += 1) {
      room.now_ms += 500;
      room.say("ann", { type: "say", text: `${count}` });
    }
    // The grace is not over, because the alarm has not rung in this world.
    room.join("bob-3", { ...claimsOf("bob"), since: 0 });
    expect(room.last("bob-3", "welcome")).toMatchObject({ recovered: false });
    expect(room.last("bob-3", "welcome").chat).toHaveLength(100);
  });

  test("W-RESUME-2: a cursor from an earlier life of the room shows everything", () => {
    const room = new WatchSim().enter("ann");
    room.say("ann", { type: "say", text: "one" });
    room.join("bob", { ...claimsOf("bob"), since: 900 });
    expect(room.last("bob", "welcome")).toMatchObject({
      recovered: false,
      chat: [{ text: "one" }],
    });
  });
});
