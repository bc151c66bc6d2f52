import { describe, expect, test } from "vitest";
import { claimsOf, hosted, WatchSim } from "./testing/room.ts";

const say = (
  room: WatchSim,
  who: string,
  text: string,
  more: { replyTo?: number; ref?: string } = {},
) => {
  room.now_ms += 1_000;
  room.say(who, { type: "say", text, ...more });
};

describe("chat", () => {
  test("W-CHAT-1: what is said reaches everybody, the sender too, with who and when", () => {
    const room = new WatchSim().enter("ann", "bob");
    say(room, "ann", "hello", { ref: "x1" });
    for (const id of ["ann", "bob"])
      expect(room.last(id, "chat").message).toEqual({
        id: 1,
        cursor: 1,
        by: "ann",
        name: "Name of ann",
        text: "hello",
        at_ms: room.now_ms,
        mentions: [],
        reactions: [],
        ref: "x1",
      });
  });

  test("W-CHAT-1: the last 100 are kept, each under a key of its own, also through a sleep", () => {
    const room = new WatchSim().enter("ann");
    for (let count = 1; count <= 130; count += 1) say(room, "ann", `m${count}`);
    room.sleep();
    room.enter("bob");
    const { chat, chatCursor } = room.last("bob", "welcome");
    expect(chat.map(({ text }) => text)).toEqual(
      Array.from({ length: 100 }, (_, i) => `m${31 + i}`),
    );
    expect(chatCursor).toBe(130);
    expect([...room.stored.keys()].filter((key) => key.startsWith("chat/"))).toHaveLength(100);
    say(room, "ann", "next");
    expect(room.last("bob", "chat").message.id).toBe(131);
  });

  test("W-CHAT-2: a reply names what it answers, which has to be there", () => {
    const room = new WatchSim().enter("ann", "bob");
    say(room, "ann", "hello");
    say(room, "bob", "hi", { replyTo: 1 });
    expect(room.last("ann", "chat").message.replyTo).toBe(1);
    say(room, "bob", "what", { replyTo: 77 });
    expect(room.last("bob", "error")).toMatchObject({ code: "not_found", about: "say" });
  });

  test("W-CHAT-3: whole names behind an @ are mentions", () => {
    const room = new WatchSim();
    room.join("1", claimsOf("ann", { name: "Ann" }));
    room.join("2", claimsOf("anna", { name: "Anna Lee" }));
    room.join("3", claimsOf("zoe", { name: "Zoë" }));
    const mentions = (text: string) => {
      say(room, "1", text);
      return room.last("1", "chat").message.mentions;
    };
    expect(mentions("@Ann, look")).toEqual(["ann"]);
    expect(mentions("@Anna Lee and @Zoë")).toEqual(["anna", "zoe"]);
    expect(mentions("@Annabel")).toEqual([]);
    expect(mentions("Ann")).toEqual([]);
  });

  test("W-CHAT-4: each person has one reaction to a message; the same again takes it back", () => {
    const room = new WatchSim().enter("ann", "bob");
    say(room, "ann", "hello");
    const react = (who: string, emoji: "👍" | "😂") => {
      room.say(who, { type: "react", emoji, to: 1 });
      return room.last("ann", "chat").message.reactions;
    };
    expect(react("ann", "👍")).toEqual([{ emoji: "👍", count: 1 }]);
    expect(react("bob", "👍")).toEqual([{ emoji: "👍", count: 2 }]);
    expect(react("bob", "😂")).toEqual([
      { emoji: "👍", count: 1 },
      { emoji: "😂", count: 1 },
    ]);
    expect(react("ann", "👍")).toEqual([{ emoji: "😂", count: 1 }]);
    expect(room.last("ann", "chat").message).toMatchObject({ id: 1, cursor: 5 });
  });

  test("W-CHAT-4: one's own reaction is told to one's own pages alone, and again at a welcome", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.join("bob-2", claimsOf("bob"));
    say(room, "ann", "hello");
    room.say("bob", { type: "react", emoji: "👍", to: 1 });
    const own = { type: "reacted", messageId: 1, emoji: "👍" };
    expect(room.last("bob", "reacted")).toEqual(own);
    expect(room.last("bob-2", "reacted")).toEqual(own);
    expect(room.got("ann", "reacted")).toEqual([]);
    room.join("bob-3", claimsOf("bob"));
    expect(room.last("bob-3", "welcome").reacted).toEqual([{ messageId: 1, emoji: "👍" }]);
    room.say("bob", { type: "react", emoji: "👍", to: 1 });
    expect(room.last("bob-2", "reacted")).toMatchObject({ messageId: 1, emoji: null });
    room.join("ann-2", claimsOf("ann"));
    expect(room.last("ann-2", "welcome").reacted).toEqual([]);
  });

  test("W-CHAT-4: a reaction is taken back by whoever it is, also under a name that every object has", () => {
    const room = new WatchSim().enter("constructor");
    say(room, "constructor", "hello");
    for (const emoji of ["👍", null] as const) {
      room.say("constructor", { type: "react", emoji: "👍", to: 1 });
      const own = { type: "reacted", messageId: 1, emoji };
      expect(room.last("constructor", "reacted")).toEqual(own);
    }
  });

  test("W-CHAT-4: of one message 50 people's are kept", () => {
    const room = new WatchSim().enter("ann");
    say(room, "ann", "hello");
    for (let index = 0; index <= 50; index += 1) {
      room.join(`t${index}`, claimsOf(`m${index}`));
      room.say(`t${index}`, { type: "react", emoji: "👍", to: 1 });
    }
    expect(room.last("t50", "error").code).toBe("limit_reached");
    expect(room.last("ann", "chat").message.reactions).toEqual([{ emoji: "👍", count: 50 }]);
  });

  test("W-CHAT-5: its author empties a message, and host and co-hosts do; nobody else", () => {
    const room = hosted("ann", "bob");
    say(room, "ann", "one");
    say(room, "ann", "two");
    expect(room.say("bob", { type: "delete", messageId: 1 })).toMatchObject([
      { code: "not_allowed" },
    ]);
    room.say("ann", { type: "delete", messageId: 1 });
    expect(room.last("bob", "chat").message).toMatchObject({
      id: 1,
      cursor: 3,
      text: "",
      deleted: true,
    });
    room.say("host", { type: "delete", messageId: 2 });
    expect(room.last("bob", "chat").message).toMatchObject({ id: 2, text: "", deleted: true });
    expect(room.say("host", { type: "delete", messageId: 2 })).toEqual([]);
    expect(room.say("bob", { type: "react", emoji: "👍", to: 2 })).toMatchObject([
      { code: "not_found" },
    ]);
  });

  test("W-CHAT-6: a reaction over the video and typing are told, and kept nowhere", () => {
    const room = new WatchSim().enter("ann", "bob");
    const rows = room.stored.size;
    room.say("ann", { type: "react", emoji: "🎉" });
    room.say("ann", { type: "typing" });
    expect(room.last("bob", "reaction")).toEqual({ type: "reaction", emoji: "🎉", by: "ann" });
    expect(room.last("bob", "typing")).toEqual({ type: "typing", by: "ann" });
    expect(room.got("ann", "typing")).toEqual([]);
    expect(room.stored.size).toBe(rows);
    expect(room.effects.map(({ type }) => type)).not.toContain("store");
  });

  test("W-CHAT-7: what is said again under the same ref, after a lost line, is not said twice", () => {
    const room = new WatchSim().enter("ann", "bob");
    say(room, "ann", "hello", { ref: "r1" });
    room.leave("ann", 1006);
    room.join("ann-2", claimsOf("ann"));
    say(room, "ann-2", "hello", { ref: "r1" });
    expect(room.last("ann-2", "chat").message).toMatchObject({ id: 1, ref: "r1" });
    expect(room.got("bob", "chat")).toHaveLength(1);
    say(room, "bob", "hello", { ref: "r1" });
    expect(room.last("bob", "chat").message.id).toBe(2);
  });
});

describe("floods", () => {
  const flood = (room: WatchSim, who: string, times: number) => {
    let refused = 0;
    for (let count = 0; count < times; count += 1)
      if (room.say(who, { type: "say", text: `${count}` }).some(({ type }) => type === "error"))
        refused += 1;
    return refused;
  };

  test("W-FLOOD-1: five messages at once, then two a second, over all tabs of a person", () => {
    const room = new WatchSim().enter("ann", "bob");
    room.join("ann-2", claimsOf("ann"));
    expect(flood(room, "ann", 5)).toBe(0);
    expect(flood(room, "ann-2", 1)).toBe(1);
    expect(room.last("ann-2", "error")).toMatchObject({
      code: "rate_limited",
      about: "say",
      retryAfter_ms: 500,
    });
    room.now_ms += 1_000;
    expect(flood(room, "ann", 3)).toBe(1);
    expect(flood(room, "bob", 5)).toBe(0);
  });

  test("W-FLOOD-1: commands have five a second; a flood of one kind leaves the others free", () => {
    const room = new WatchSim().enter("ann");
    flood(room, "ann", 20);
    for (let seq = 0; seq < 10; seq += 1)
      expect(room.say("ann", { type: "seek", seq, position_ms: seq })).toMatchObject([
        { type: "anchor" },
      ]);
    expect(room.say("ann", { type: "seek", seq: 10, position_ms: 1 })).toMatchObject([
      { code: "rate_limited" },
    ]);
    room.now_ms += 200;
    expect(room.say("ann", { type: "seek", seq: 10, position_ms: 1 })).toMatchObject([
      { type: "anchor" },
    ]);
  });

  test("W-FLOOD-2: too many reactions and typings are dropped without a word", () => {
    const room = new WatchSim().enter("ann", "bob");
    for (let count = 0; count < 30; count += 1) room.say("ann", { type: "react", emoji: "🔥" });
    expect(room.got("bob", "reaction")).toHaveLength(8);
    expect(room.got("ann", "error")).toEqual([]);
  });
});
