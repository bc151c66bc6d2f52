import { serialize } from "node:v8";
import { expect, test } from "vitest";
import { forAll, seededRandom } from "../../platform/testing/random.ts";
import { chat_max } from "../../protocol/watch/chat.ts";
import { type WatchDown, watchDownSchema } from "../../protocol/watch/down.ts";
import { applyQueueChange, type QueueItem } from "../../protocol/watch/queue.ts";
import { peer_bytes_max } from "../room.ts";
import { viewOf } from "./items.ts";
import { nextAlarm_ms } from "./life.ts";
import { watchMachine } from "./machine.ts";
import { membersOf } from "./members.ts";
import { happen, type RandomRoom } from "./testing/random-room.ts";
import { claimsOf, roomData, WatchSim } from "./testing/room.ts";

const { limits } = watchMachine;
const few: RandomRoom = { people: 9, step_ms_max: 3_000, large: false };

/** What a page has put together from all that its socket was sent. */
function pageOf(frames: readonly WatchDown[]) {
  let seq = -1;
  let items: QueueItem[] = [];
  let people: string[] = [];
  const chat = new Map<number, string>();
  const namesOf = (members: readonly { id: string; name: string; role: string }[]) =>
    members.map(({ id, name, role }) => `${id} ${name} ${role}`);
  for (const frame of frames) {
    if (frame.type === "welcome") {
      items = frame.queue;
      for (const message of frame.chat) chat.set(message.id, JSON.stringify(message));
    }
    if (frame.type === "welcome" || frame.type === "members") people = namesOf(frame.members);
    if (frame.type === "welcome" || frame.type === "anchor") {
      expect(frame.anchor.seq, "no anchor is older than the one before").toBeGreaterThanOrEqual(
        seq,
      );
      seq = frame.anchor.seq;
    }
    if (frame.type === "queue") items = applyQueueChange(items, frame);
    if (frame.type === "chat") chat.set(frame.message.id, JSON.stringify(frame.message));
  }
  return { seq, items, people, chat };
}

test("W-SEQ-1, W-SEQ-2: whatever interleaves, all pages end with the same anchor, queue, people and chat", async () => {
  await forAll(150, (random) => {
    const room = new WatchSim();
    for (let count = 0; count < 150; count += 1) happen(room, random, count, few);
    const { kept } = room.state;
    for (const connectionId of kept.sockets.keys()) {
      const frames = room.sentTo(connectionId);
      const page = pageOf(frames);
      expect(page.seq).toBe(kept.anchor.seq);
      expect(page.people).toEqual(
        membersOf(room.state).map(({ id, name, role }) => `${id} ${name} ${role}`),
      );
      // Votes to skip count only those present, and are told when somebody votes.
      const comparable = (item: QueueItem) =>
        item.place === "current" ? { ...item, votes: 0 } : item;
      expect(byId(page.items.map(comparable))).toEqual(
        byId([...kept.items.values()].map((item) => comparable(viewOf(kept, item)))),
      );
      const welcome = frames.find((frame) => frame.type === "welcome");
      for (const [id, message] of kept.chat)
        if (welcome?.type === "welcome" && message.cursor > welcome.chatCursor)
          expect(JSON.parse(page.chat.get(id) ?? "null")).toMatchObject({ text: message.text });
    }
  });
});

const byId = (items: readonly QueueItem[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));

test("W-SEQ-1: each accepted command makes one anchor, one higher in seq", async () => {
  await forAll(60, (random) => {
    const room = new WatchSim();
    for (let count = 0; count < 150; count += 1) {
      const before = room.state.kept;
      happen(room, random, count, few);
      const { options, anchor } = room.state.kept;
      if (before.options !== null && options !== null && before.anchor !== anchor)
        expect(anchor.seq).toBeGreaterThanOrEqual(before.anchor.seq);
    }
  });
});

test("every frame is one that pages can read, whatever happened before", async () => {
  await forAll(40, (random) => {
    const room = new WatchSim();
    for (let count = 0; count < 120; count += 1) happen(room, random, count, few);
    for (const frames of room.sent.values())
      for (const frame of frames) expect(watchDownSchema.parse(frame)).toEqual(frame);
  });
});

test("W-STORE-3: a sleep at any moment loses nothing, and the alarm is set to what falls due next", async () => {
  await forAll(60, (random) => {
    const room = new WatchSim();
    let slept = false;
    for (let count = 0; count < 150; count += 1) {
      happen(room, random, count, few);
      slept ||= room.state.fleeting.woken;
      const peers = [...room.peers.values()];
      const restored = watchMachine.restore(structuredClone(room.stored), peers);
      // Who of those waited for was ready is told anew, or the gate opens after its 5 s.
      const standing = ({ kept }: typeof restored) =>
        kept.gate === null ? kept : { ...kept, anchor: { ...kept.anchor, waitingFor: [] } };
      expect(standing(restored)).toEqual(standing(room.state));
      if (room.state.fleeting.woken) continue;
      const due_ms = nextAlarm_ms(room.state);
      // After a sleep an alarm may be left that was set to tell the public list; it rings early, and once.
      if (!slept) expect(room.alarmAt_ms).toBe(due_ms);
      else if (due_ms !== null) expect(room.alarmAt_ms).toBeLessThanOrEqual(due_ms);
      if (random.next() < 0.01) {
        slept = true;
        room.sleep();
      }
    }
  });
});

test("W-LIMIT-1: 100,000 random operations never exceed the bytes that the limits promise", {
  timeout: 240_000,
}, () => {
  // The promise includes what the host keeps for each socket, which is not part of the state.
  const promised = watchMachine.worstCaseBytes(limits) - limits.connections_max * peer_bytes_max;
  const seed = Number(process.env.SEED) || (Date.now() % 2_147_483_647) + 1;
  const random = seededRandom(seed);
  const kind: RandomRoom = { people: 220, step_ms_max: 400, large: true };
  const room = new WatchSim();
  room.join("opener", claimsOf("opener", { role: "host", data: roomData() }));
  let most = 0;
  for (let count = 0; count < 100_000; count += 1) {
    happen(room, random, count, kind);
    // What was sent would fill the test's own memory.
    if (count % 20 === 0) for (const frames of room.sent.values()) frames.length = 0;
    if (count % 200 !== 0) continue;
    for (const id of room.sent.keys()) if (!room.peers.has(id)) room.sent.delete(id);
    room.tasks.length = 0;
    room.closed.clear();
    const bytes = serialize(room.state).byteLength + serialize(room.stored).byteLength;
    most = Math.max(most, bytes);
    expect(bytes, `SEED=${seed}, operation ${count}`).toBeLessThanOrEqual(promised);
    expect(room.state.kept.chat.size, `SEED=${seed}`).toBeLessThanOrEqual(chat_max);
  }
  console.log(`seed ${seed}: at most ${most} bytes of ${promised} promised without sockets`);
});

test("W-LIMIT-1: a full room, each part as large as may be, stays within its promise and the platform's", () => {
  const promised = watchMachine.worstCaseBytes(limits);
  expect(promised).toBeLessThan(32_000_000);
  expect(limits.connections_max).toBeGreaterThanOrEqual(200 * limits.connections_per_member_max);
});

test("W-LIMIT-1: a bucket refills within the silence that sleep takes, so none is lost", () => {
  expect(limits.messages_burst / limits.messages_per_s).toBeLessThanOrEqual(10);
  expect(limits.messages_burst).toBeGreaterThanOrEqual(16);
});
