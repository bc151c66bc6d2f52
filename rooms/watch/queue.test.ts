import { describe, expect, test } from "vitest";
import {
  applyQueueChange,
  currentOf,
  historyOf,
  type QueueItem,
  upcomingOf,
} from "../../protocol/watch/queue.ts";
import { claimsOf, clip_ms, film, hosted, roomData, type WatchSim } from "./testing/room.ts";

/** The queue as the page of a connection has put it together from what it was sent. */
function pageQueue(room: WatchSim, connectionId: string): QueueItem[] {
  let items: QueueItem[] = [];
  for (const frame of room.sentTo(connectionId)) {
    if (frame.type === "welcome") items = frame.queue;
    if (frame.type === "queue") items = applyQueueChange(items, frame);
  }
  return items;
}

const titleOf = (item: QueueItem | undefined) =>
  item === undefined || item.source.kind === "sample" ? "(clip)" : item.source.title;
const upcoming = (room: WatchSim) => upcomingOf(pageQueue(room, "host")).map(titleOf).join(" ");
const history = (room: WatchSim) => historyOf(pageQueue(room, "host")).map(titleOf).join(" ");
const current = (room: WatchSim) => titleOf(currentOf(pageQueue(room, "host")));
const idOf = (room: WatchSim, title: string) => {
  const item = pageQueue(room, "host").find((candidate) => titleOf(candidate) === title);
  if (item === undefined) throw new Error(`no ${title} in the queue`);
  return item.id;
};

/** A room of the host and these viewers, with these films in the queue. */
function queued(films: readonly string[], ...viewers: string[]): WatchSim {
  const room = hosted(...viewers);
  for (const title of films) {
    room.now_ms += 1_000;
    room.say("host", { type: "queue_add", source: film(title) });
  }
  return room;
}

describe("the queue", () => {
  test("W-QUEUE-1: what is added comes last, and says who added it", () => {
    const room = queued(["a", "b"], "ann");
    room.say("ann", { type: "queue_add", source: film("c") });
    expect(upcoming(room)).toBe("a b c");
    expect(upcomingOf(pageQueue(room, "ann")).at(-1)).toMatchObject({
      addedBy: "ann",
      addedByName: "Name of ann",
      votes: 0,
    });
  });

  test("W-QUEUE-1: it takes 50 items", () => {
    const room = queued(Array.from({ length: 50 }, (_, index) => `f${index}`));
    room.now_ms += 1_000;
    expect(room.say("host", { type: "queue_add", source: film("more") })).toMatchObject([
      { code: "limit_reached", about: "queue_add" },
    ]);
  });

  test("W-QUEUE-2: one's own is taken out by oneself, anything by a co-host, the current one by nobody", () => {
    const room = queued(["a"], "ann");
    room.say("ann", { type: "queue_add", source: film("b") });
    expect(room.say("ann", { type: "queue_remove", itemId: idOf(room, "a") })).toMatchObject([
      { code: "not_allowed" },
    ]);
    room.say("ann", { type: "queue_remove", itemId: idOf(room, "b") });
    room.say("host", { type: "queue_remove", itemId: idOf(room, "a") });
    expect(upcoming(room)).toBe("");
    expect(room.say("host", { type: "queue_remove", itemId: "first" })).toMatchObject([
      { code: "not_found" },
    ]);
  });

  test("W-QUEUE-3: items are moved before another or to the end", () => {
    const room = queued(["a", "b", "c", "d"]);
    const move = (title: string, before: string | null) =>
      room.say("host", {
        type: "queue_move",
        itemId: idOf(room, title),
        before: before === null ? null : idOf(room, before),
      });
    move("d", "a");
    expect(upcoming(room)).toBe("d a b c");
    move("d", "c");
    expect(upcoming(room)).toBe("a b d c");
    move("a", null);
    expect(upcoming(room)).toBe("b d c a");
    expect(room.say("host", { type: "queue_move", itemId: "first", before: null })).toMatchObject([
      { code: "not_found" },
    ]);
  });

  test("W-QUEUE-3: also when it was done so often that numbers between two run out", () => {
    const room = queued(["a", "b", "c"]);
    for (let count = 0; count < 200; count += 1) {
      room.now_ms += 1_000;
      const [, second, third] = upcomingOf(pageQueue(room, "host"));
      if (second === undefined || third === undefined) throw new Error("three items are queued");
      room.say("host", { type: "queue_move", itemId: third.id, before: second.id });
    }
    expect(upcoming(room)).toBe("a b c");
    room.sleep();
    room.join("host-2", claimsOf("host", { role: "host", name: "Host" }));
    expect(upcomingOf(pageQueue(room, "host-2")).map(titleOf)).toEqual(["a", "b", "c"]);
  });

  test("W-QUEUE-4: most votes come first, each person has one for each item, and can take it back", () => {
    const room = queued(["a", "b", "c"], "ann", "bob");
    const vote = (who: string, title: string, on: boolean) =>
      room.say(who, { type: "queue_vote", itemId: idOf(room, title), vote: on });
    vote("ann", "c", true);
    vote("ann", "c", true);
    vote("bob", "b", true);
    vote("bob", "c", true);
    expect(upcoming(room)).toBe("c b a");
    vote("ann", "c", false);
    vote("bob", "c", false);
    expect(upcoming(room)).toBe("b a c");
    room.join("bob-2", claimsOf("bob"));
    expect(room.last("bob-2", "welcome").voted).toEqual([idOf(room, "b")]);
  });
});

describe("going on", () => {
  test("W-NEXT-1: a co-host goes on to the next, or to one named; what was shown is remembered", () => {
    const room = queued(["a", "b", "c"], "ann");
    expect(room.say("ann", { type: "next", itemId: "first" })).toMatchObject([
      { code: "not_allowed" },
    ]);
    room.say("host", { type: "next", itemId: "first" });
    expect([current(room), upcoming(room), history(room)]).toEqual(["a", "b c", "(clip)"]);
    room.say("host", { type: "next", itemId: idOf(room, "a"), to: idOf(room, "c") });
    expect([current(room), upcoming(room), history(room)]).toEqual(["c", "b", "a (clip)"]);
    expect(room.anchor).toMatchObject({ itemId: idOf(room, "c"), position_ms: 0, playing: true });
    room.say("host", { type: "next", itemId: idOf(room, "c"), to: "first" });
    expect([current(room), history(room)]).toEqual(["(clip)", "c a"]);
  });

  test("W-NEXT-2: two who press next at once go on by one", () => {
    const room = queued(["a", "b"]);
    room.join("cho", claimsOf("cho", { role: "cohost" }));
    room.say("host", { type: "next", itemId: "first" });
    expect(room.say("cho", { type: "next", itemId: "first" })).toMatchObject([
      { code: "stale_command" },
      { type: "anchor" },
    ]);
    expect(current(room)).toBe("a");
  });

  test("W-NEXT-3: pages hear what is shown before, and with, the anchor that shows it", () => {
    const room = queued(["a"], "ann");
    room.clear("ann");
    room.say("host", { type: "next", itemId: "first" });
    expect(room.types("ann")).toEqual(["queue", "anchor"]);
  });

  test("W-SKIP-1: half of those present skip, and who is away is not counted", () => {
    const room = queued(["a"], "ann", "bob", "cho");
    room.say("ann", { type: "skip", itemId: "first", vote: true });
    expect(currentOf(pageQueue(room, "cho"))).toMatchObject({ votes: 1 });
    expect(current(room)).toBe("(clip)");
    room.say("bob", { type: "skip", itemId: "first", vote: true });
    expect(current(room)).toBe("a");
  });

  test("W-SKIP-1: a vote that was too few becomes enough when somebody leaves", () => {
    const room = queued(["a"], "ann", "bob");
    room.say("ann", { type: "skip", itemId: "first", vote: true });
    expect(current(room)).toBe("(clip)");
    room.leave("bob");
    expect(current(room)).toBe("a");
  });

  test("W-SKIP-3: when a voter loses the line and comes back, all pages count the same", () => {
    const room = queued(["a"], "ann", "bob", "cho", "dan", "eve");
    room.say("ann", { type: "skip", itemId: "first", vote: true });
    room.leave("ann", 1006);
    expect(currentOf(pageQueue(room, "cho"))).toMatchObject({ votes: 0 });
    room.enter("ann");
    expect(currentOf(pageQueue(room, "cho"))).toMatchObject({ votes: 1 });
    expect(currentOf(pageQueue(room, "ann"))).toMatchObject({ votes: 1 });
  });

  test("W-SKIP-2: with nothing to come the video stops once, and votes are used up", () => {
    const room = queued([], "ann", "bob");
    room.say("host", { type: "play", seq: 0 });
    room.now_ms += 5_000;
    for (const id of ["ann", "bob"]) room.say(id, { type: "skip", itemId: "first", vote: true });
    expect(room.anchor).toMatchObject({ playing: false, seq: 2 });
    room.leave("bob");
    expect(room.anchor.seq).toBe(2);
    expect(room.say("host", { type: "next", itemId: "first" })).toMatchObject([
      { code: "not_found" },
    ]);
  });

  test("W-ENDED-1: however many say that it ended, the room goes on once", () => {
    const viewers = Array.from({ length: 20 }, (_, index) => `v${index}`);
    const room = queued(["a", "b"], ...viewers);
    room.say("host", { type: "play", seq: 0 });
    room.now_ms += clip_ms + 400;
    for (const id of viewers) room.say(id, { type: "ended", itemId: "first" });
    expect([current(room), upcoming(room)]).toEqual(["a", "b"]);
    expect(room.anchor).toMatchObject({ seq: 2, playing: true, position_ms: 0 });
  });

  test("W-ENDED-1: with nothing to come it stops at the end", () => {
    const room = queued([]);
    room.say("host", { type: "play", seq: 0 });
    room.now_ms += clip_ms + 1;
    room.say("host", { type: "ended", itemId: "first" });
    expect(room.anchor).toMatchObject({ playing: false, position_ms: clip_ms, seq: 2 });
  });

  test("W-ENDED-2: nobody can end what has not come to its end", () => {
    const room = queued(["a"]);
    room.say("host", { type: "ended", itemId: "first" });
    room.say("host", { type: "play", seq: 0 });
    room.now_ms += clip_ms / 2;
    room.say("host", { type: "ended", itemId: "first" });
    expect(current(room)).toBe("(clip)");
  });

  test("W-ENDED-2: of unknown length, those are believed who may move the video", () => {
    const room = hosted();
    const live = roomData({ media: film("live", null), permissions: { control: "host" } });
    room.ask({ type: "end" });
    for (const [id, role] of [
      ["host", "host"],
      ["ann", "viewer"],
    ] as const)
      room.join(`${id}-2`, claimsOf(id, { role, data: { ...live, session: `session-${id}` } }));
    room.say("host-2", { type: "queue_add", source: film("a") });
    room.say("host-2", { type: "play", seq: 0 });
    room.now_ms += 90_000;
    room.say("ann-2", { type: "ended", itemId: "first" });
    expect(room.anchor.itemId).toBe("first");
    room.say("host-2", { type: "ended", itemId: "first" });
    expect(room.anchor.itemId).not.toBe("first");
  });

  test("W-HISTORY-1: the last 20 that were shown are remembered, and can be cleared", () => {
    const room = queued([], "ann");
    for (let count = 0; count < 25; count += 1) {
      room.now_ms += 1_000;
      room.say("host", { type: "queue_add", source: film(`f${count}`) });
      room.say("host", { type: "next", itemId: room.anchor.itemId });
    }
    expect(historyOf(pageQueue(room, "ann"))).toHaveLength(20);
    expect(history(room).split(" ").slice(0, 2)).toEqual(["f23", "f22"]);
    expect([...room.stored.keys()].filter((key) => key.startsWith("item/"))).toHaveLength(21);
    expect(room.say("ann", { type: "history_clear" })).toMatchObject([{ code: "not_allowed" }]);
    room.say("host", { type: "history_clear" });
    expect(history(room)).toBe("");
  });
});
