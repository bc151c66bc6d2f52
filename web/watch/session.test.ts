import { beforeEach, describe, expect, it } from "vitest";
import type { Anchor } from "../../protocol/watch/anchor.ts";
import type { ChatMessage } from "../../protocol/watch/chat.ts";
import type { WatchDown } from "../../protocol/watch/down.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import type { QueueItem } from "../../protocol/watch/queue.ts";
import type { Report } from "../../protocol/watch/report.ts";
import type { JoinedWatchRoom } from "../../protocol/watch/rest.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import type { Look } from "./follower.ts";
import type { LinkOptions } from "./session/ports.ts";
import { WatchSession } from "./session.ts";
import { TestRuntime } from "./testing.ts";

const anchor: Anchor = {
  itemId: "i1",
  position_ms: 5_000,
  anchorServer_ms: 0,
  rate: 1,
  playing: false,
  seq: 3,
};
const item: QueueItem = {
  id: "i1",
  source: { kind: "sample", id: "timecode" },
  place: "current",
  order: 0,
  addedBy: null,
  addedByName: "",
  votes: 0,
};
const me = { id: "me", name: "Ada", role: "host" } as const;
const welcome: Extract<WatchDown, { type: "welcome" }> = {
  type: "welcome",
  memberId: "me",
  recovered: false,
  anchor,
  members: [me, { id: "other", name: "Grace", role: "viewer" }],
  options: {
    title: "Film",
    maxParticipants: 10,
    permissions: defaultPermissions,
    gate: false,
    locked: false,
    public: false,
    hasPassword: false,
  },
  queue: [item],
  voted: [],
  chat: [],
  reacted: [],
  chatCursor: 0,
  server_ms: 0,
};
/** Only what a session reads of it. */
const joined = {
  room: { id: "room-1", title: "Film" },
  resume: "resume-token",
  resumeExpiresAt_ms: 9e12,
} as JoinedWatchRoom;

function said(change: Partial<ChatMessage>): ChatMessage {
  return {
    id: 1,
    cursor: 1,
    by: "other",
    name: "Grace",
    text: "hello",
    at_ms: 0,
    mentions: [],
    reactions: [],
    ...change,
  };
}

/** A session, the room's side of its socket, and its time. */
class Room {
  readonly runtime = new TestRuntime();
  readonly sent: WatchUp[] = [];
  readonly posted: Report[] = [];
  readonly notices: string[] = [];
  /** What the server's clock says beyond ours. */
  ahead_ms = 500;
  asked = 0;
  link: LinkOptions | undefined;
  up = false;
  readonly session = new WatchSession({
    runtime: this.runtime,
    connect: (link) => {
      this.link = link;
      return {
        send: (message) => {
          if (this.up) this.sent.push(message);
          return this.up;
        },
        retry: () => {},
        stop: () => {},
      };
    },
    askTime: (done) => {
      this.asked++;
      this.runtime.after(30, () => done(this.runtime.time_ms + this.ahead_ms - 15));
    },
    postReport: (report) => void this.posted.push(report),
    notify: (text) => void this.notices.push(text),
  });

  /** The socket opens as the session wants it. @returns how it came in */
  open(change: Partial<typeof welcome> = {}) {
    const resume = this.link?.resume() ?? null;
    if (resume === null) this.link?.onJoined(joined);
    this.up = true;
    this.link?.onState({ kind: "online" });
    this.tell({ ...welcome, ...change });
    return resume;
  }

  lose(): void {
    this.up = false;
    this.link?.onState({ kind: "waiting", retryAt_ms: 0 });
  }

  tell(message: WatchDown): void {
    this.link?.onMessage(message);
  }

  /** Answers every clock probe that was sent, 20 ms later. */
  answerProbes(): void {
    for (let answered = 0; ; answered++) {
      const probe = this.sent.filter(({ type }) => type === "clock")[answered];
      if (probe?.type !== "clock") return;
      this.runtime.pass(20);
      const server_ms = this.runtime.time_ms + this.ahead_ms - 10;
      this.tell({ type: "clock", client_ms: probe.client_ms, server_ms });
      this.runtime.pass(80);
    }
  }

  sentOf(type: WatchUp["type"]): WatchUp[] {
    return this.sent.filter((message) => message.type === type);
  }
}

let room: Room;
beforeEach(() => {
  room = new Room();
  room.session.start();
});

function look(change: Partial<Look> = {}): Look {
  return {
    player: {
      position_ms: 5_000,
      duration_ms: 60_000,
      paused: false,
      seeking: false,
      ready: true,
      ended: false,
      rate: 1,
      muted: false,
      volume: 1,
      failure: null,
    },
    seq: 3,
    drift_ms: 12,
    pending: false,
    stalled: false,
    prepared: false,
    corrected: false,
    ...change,
  };
}

describe("the clock", () => {
  it("is asked sixteen times at the join, and the room then told how slow the line is", () => {
    room.open();
    room.answerProbes();
    expect(room.sentOf("clock")).toHaveLength(16);
    expect(room.sentOf("hello")).toMatchObject([{ rtt_ms: 20 }]);
    const now_ms = room.session.serverNow_ms() ?? 0;
    expect(Math.abs(now_ms - room.runtime.time_ms - room.ahead_ms)).toBeLessThan(1);
  });

  it("is not asked again over the socket when that comes back", () => {
    room.open();
    room.answerProbes();
    room.lose();
    room.open({ recovered: true });
    room.runtime.pass(1_000);
    expect(room.sentOf("clock")).toHaveLength(16);
    expect(room.sentOf("hello")).toHaveLength(2);
  });

  it("is refreshed over HTTP while the video plays, and never while it rests", () => {
    room.open();
    room.answerProbes();
    room.runtime.pass(30 * 60_000);
    expect(room.asked).toBe(0);
    const sent = room.sent.length;
    room.tell({
      type: "anchor",
      anchor: { ...anchor, playing: true, seq: 4 },
      by: null,
      server_ms: 0,
    });
    room.runtime.pass(10 * 60_000);
    expect(room.asked).toBeGreaterThan(4);
    expect(room.sent.length, "the room slept on").toBe(sent);
  });
});

describe("a command", () => {
  const told = (seq: number, change: Partial<Anchor> = {}): WatchDown => ({
    type: "anchor",
    anchor: { ...anchor, ...change, seq },
    by: "me",
    server_ms: 0,
  });

  it("carries the seq of the last anchor; the next one waits for its answer", () => {
    room.open();
    room.session.command({ type: "play" });
    room.session.command({ type: "seek", position_ms: 9_000 });
    expect(room.session.snapshot().intent).toEqual({
      playing: true,
      position_ms: 9_000,
      rate: null,
    });
    expect(room.sent.filter(({ type }) => type !== "clock")).toEqual([{ type: "play", seq: 3 }]);
    room.tell(told(4, { playing: true }));
    expect(room.sentOf("seek")).toEqual([{ type: "seek", position_ms: 9_000, seq: 4 }]);
    room.tell(told(5, { playing: true, position_ms: 9_000 }));
    expect(room.session.snapshot().intent).toEqual({
      playing: null,
      position_ms: null,
      rate: null,
    });
  });

  it("that came too late is dropped, told, and the room's state stands", () => {
    room.open();
    room.session.command({ type: "seek", position_ms: 9_000 });
    room.tell({ ...told(4), by: "other" } as WatchDown);
    room.tell({ type: "error", code: "stale_command", message: "Too late.", about: "seek" });
    expect(room.notices).toEqual(["Too late."]);
    expect(room.session.snapshot()).toMatchObject({
      anchor: { seq: 4 },
      intent: { position_ms: null },
    });
  });

  it("that somebody else gave just before is no news", () => {
    room.open();
    room.session.command({ type: "play" });
    room.tell({ ...told(4, { playing: true }), by: "other" } as WatchDown);
    room.tell({ type: "error", code: "stale_command", message: "Too late.", about: "play" });
    expect(room.notices).toEqual([]);
  });

  it("cannot be given while the line is away", () => {
    expect(room.session.command({ type: "play" })).toBe(false);
    room.open();
    room.lose();
    expect(room.session.command({ type: "play" })).toBe(false);
    expect(room.session.tell({ type: "lock", locked: true })).toBe(false);
  });

  it("never makes an older anchor follow a newer one", () => {
    room.open();
    room.tell(told(7, { position_ms: 1 }));
    room.tell(told(6, { position_ms: 2 }));
    expect(room.session.snapshot().anchor).toMatchObject({ seq: 7, position_ms: 1 });
  });
});

describe("coming back", () => {
  it("needs no join, and asks for what was said meanwhile", () => {
    expect(room.open({ chat: [said({})], chatCursor: 1 })).toBeNull();
    room.tell({ type: "chat", message: said({ id: 2, cursor: 5 }) });
    room.lose();
    expect(
      room.open({ recovered: true, chat: [said({ id: 6, cursor: 6 })], chatCursor: 6 }),
    ).toEqual({
      token: "resume-token",
      since: 5,
    });
    expect(room.session.snapshot().chat.map(({ id }) => id)).toEqual([1, 2, 6]);
  });

  it("joins anew after a resume token was refused, and once it is over", () => {
    room.open();
    room.lose();
    expect(room.link?.resume()).not.toBeNull();
    room.lose();
    expect(room.link?.resume()).toBeNull();
  });
});

describe("what is said", () => {
  it("is shown as unsent until it comes back, and one thing waits for the one before", () => {
    room.open();
    room.session.say("one");
    room.session.say("two", 4);
    expect(room.session.snapshot().unsent.map(({ text }) => text)).toEqual(["one", "two"]);
    const [first] = room.sentOf("say");
    expect(room.sentOf("say")).toHaveLength(1);
    if (first?.type !== "say" || first.ref === undefined) throw new Error("no reference");
    room.tell({ type: "chat", message: said({ by: "me", text: "one", ref: first.ref }) });
    expect(room.sentOf("say")[1]).toMatchObject({ text: "two", replyTo: 4 });
  });

  it("while the line is away is said when it is back, under the same reference", () => {
    room.open();
    room.session.say("one");
    room.lose();
    room.session.say("two");
    room.open({ recovered: true });
    const refs = room.sentOf("say").map((message) => message.type === "say" && message.ref);
    expect(refs).toHaveLength(2);
    expect(refs[0]).toBe(refs[1]);
  });

  it("too fast is said again when there is room for it; what is refused is dropped and told", () => {
    room.open();
    room.session.say("one");
    const refusal = { type: "error", message: "No.", about: "say" } as const;
    room.tell({ ...refusal, code: "rate_limited", retryAfter_ms: 400 });
    expect(room.notices).toEqual([]);
    room.runtime.pass(400);
    expect(room.sentOf("say")).toHaveLength(2);
    room.tell({ ...refusal, code: "not_allowed" });
    expect(room.notices).toEqual(["No."]);
    expect(room.session.snapshot().unsent).toEqual([]);
  });

  it("a message replaces its own older version, never a newer one", () => {
    room.open({ chat: [said({ cursor: 5, text: "new" })], chatCursor: 5 });
    room.tell({ type: "chat", message: said({ cursor: 2, text: "old" }) });
    expect(room.session.snapshot().chat).toMatchObject([{ text: "new" }]);
  });
});

describe("one's own reaction to a message", () => {
  const reacted = () => room.session.snapshot().reacted;

  it("is what the room says it is, from the welcome on", () => {
    room.open({ chat: [said({})], reacted: [{ messageId: 1, emoji: "👍" }], chatCursor: 1 });
    expect(reacted()).toEqual([{ messageId: 1, emoji: "👍" }]);
    room.tell({ type: "reacted", messageId: 1, emoji: "🎉" });
    expect(reacted()).toEqual([{ messageId: 1, emoji: "🎉" }]);
    room.tell({ type: "reacted", messageId: 1, emoji: null });
    expect(reacted()).toEqual([]);
  });

  it("is forgotten with the message", () => {
    room.open({ chat: [said({})], reacted: [{ messageId: 1, emoji: "👍" }], chatCursor: 1 });
    for (let id = 2; id <= 101; id++)
      room.tell({ type: "chat", message: said({ id, cursor: id }) });
    room.tell({ type: "reacted", messageId: 50, emoji: "👍" });
    expect(reacted()).toEqual([{ messageId: 50, emoji: "👍" }]);
  });
});

describe("what the player shows", () => {
  it("opens the gate once, when it stands ready where the room does", () => {
    room.open();
    const waiting = { ...anchor, seq: 4, waitingFor: ["me", "other"] };
    room.tell({ type: "anchor", anchor: waiting, by: null, server_ms: 0 });
    expect(room.session.snapshot().waitingFor).toEqual(["me", "other"]);
    for (const prepared of [false, true, true]) room.session.followed(look({ seq: 4, prepared }));
    expect(room.sentOf("ready")).toHaveLength(1);
    expect(room.sentOf("ready")).toMatchObject([{ seq: 4 }]);
    room.tell({ type: "gate", seq: 4, waitingFor: ["other"] });
    expect(room.session.snapshot().waitingFor).toEqual(["other"]);
  });

  it("tells the end of an item once, and not at all when the room has gone on", () => {
    room.open();
    room.answerProbes();
    const began_ms = room.session.serverNow_ms() ?? 0;
    const running = { ...anchor, seq: 4, playing: true, anchorServer_ms: began_ms };
    room.tell({ type: "anchor", anchor: running, by: null, server_ms: 0 });
    room.session.followed(look({ seq: 4 }));
    room.runtime.pass(60_000);
    room.session.followed(look({ seq: 4 }));
    room.session.followed(look({ seq: 4 }));
    room.runtime.pass(10_000);
    expect(room.sentOf("ended")).toMatchObject([{ itemId: "i1" }]);
  });

  it("is reported with a message that is sent anyway, every 30 s at most", () => {
    room.open();
    for (let second = 0; second < 40; second++) {
      room.session.followed(look({ drift_ms: second < 20 ? 3 : -70 }));
      room.runtime.pass(1_000);
    }
    room.session.followed(look({ corrected: true }));
    expect(room.sent.some((message) => "report" in message)).toBe(false);
    room.session.tell({ type: "lock", locked: true });
    room.session.tell({ type: "lock", locked: false });
    const [first, second] = room.sentOf("lock");
    expect(first?.report?.drift.reduce((sum, count) => sum + count, 0)).toBe(41);
    expect(first?.report?.corrections).toBe(1);
    expect(second?.report).toBeUndefined();
  });

  it("is told over HTTP after a quarter of an hour without a message, and when the page goes", () => {
    room.open();
    for (let second = 0; second < 901; second++) {
      room.session.followed(look());
      room.runtime.pass(1_000);
    }
    expect(room.posted).toHaveLength(1);
    room.session.followed(look({ stalled: true, drift_ms: null }));
    room.session.flush();
    expect(room.posted[1]).toMatchObject({ stalls: 1 });
    room.session.flush();
    expect(room.posted).toHaveLength(2);
  });
});

it("whoever leaves says so; whoever only loses the line does not", () => {
  room.open();
  room.lose();
  expect(room.sentOf("bye")).toEqual([]);
  room.open({ recovered: true });
  room.session.stop();
  expect(room.sentOf("bye")).toHaveLength(1);
});
