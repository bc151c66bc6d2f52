import { serialize } from "node:v8";
import { expect, test } from "vitest";
import { forAll, type Random } from "../../platform/testing/random.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { position_ms_max } from "../../protocol/watch/anchor.ts";
import { type WatchDown, watchDownSchema } from "../../protocol/watch/down.ts";
import { peer_bytes_max } from "../room.ts";
import { RoomSim } from "../testing/sim.ts";
import { watchMachine } from "./machine.ts";
import type { WatchState, WatchTypes } from "./types.ts";

type Room = RoomSim<WatchState, WatchTypes>;
const { limits } = watchMachine;

/** A member as large as a token can make one. */
const claims = (random: Random, member: string): RoomClaims => ({
  party: "watch",
  room: "room-1",
  member: member.padEnd(64, "€"),
  name: "€".repeat(1 + random.below(40)),
  role: random.pick(["host", "viewer"]),
  data: { mediaId: random.pick(["timecode", "€".repeat(64)]) },
});

/** One thing that happens: somebody comes, goes, or says something on an anchor of any age. */
function happen(room: Room, random: Random, count: number): void {
  room.now_ms += random.below(20_000);
  const open = [...room.peers.keys()];
  const kind = random.next();
  if (open.length === 0 || (kind < 0.3 && open.length < limits.connections_max)) {
    room.join(`connection-${count}`.padEnd(36, "-"), claims(random, `m${random.below(9)}`));
    return;
  }
  const connectionId = random.pick(open);
  if (kind < 0.4) {
    room.leave(connectionId);
    return;
  }
  const seen = seqsOf(room.sentTo(connectionId));
  // What a page last saw, or with some delay an older one.
  const seq = seen[Math.max(0, seen.length - 1 - random.below(3))] ?? 0;
  const position_ms = random.pick([0, 1, 59_999.5, 60_000, position_ms_max, random.below(60_000)]);
  room.say(
    connectionId,
    random.pick([
      { type: "play", seq },
      { type: "play", seq, position_ms },
      { type: "pause", seq },
      { type: "pause", seq, position_ms },
      { type: "seek", seq, position_ms },
      { type: "clock", client_ms: position_ms },
    ]),
  );
}

const seqsOf = (frames: readonly WatchDown[]) =>
  frames.flatMap((frame) =>
    frame.type === "anchor" || frame.type === "welcome" ? [frame.anchor.seq] : [],
  );
/** The seqs of anchors that were broadcast, without those that only repeat where things stand. */
const newSeqsOf = (frames: readonly WatchDown[]) =>
  frames.flatMap((frame) =>
    frame.type === "anchor" && frame.by !== null ? [frame.anchor.seq] : [],
  );

test("W-SEQ-1, W-SEQ-2: whatever interleaves, seq grows by one and all pages end at one anchor", async () => {
  await forAll(150, (random) => {
    const room: Room = new RoomSim(watchMachine);
    for (let count = 0; count < 80; count += 1) happen(room, random, count);
    const welcome = room.join("last", claims(random, "last"))[0];
    const truth = welcome?.type === "welcome" ? welcome.anchor : undefined;
    for (const [connectionId, frames] of room.sent) {
      const seqs = newSeqsOf(frames);
      for (const [index, seq] of seqs.entries())
        if (index > 0) expect(seq).toBe((seqs[index - 1] ?? 0) + 1);
      if (room.peers.has(connectionId) && truth && truth.seq > 0)
        expect(seqsOf(frames).at(-1)).toBe(truth.seq);
    }
  });
});

test("every frame is one that pages can read, whatever happened before", async () => {
  await forAll(60, (random) => {
    const room: Room = new RoomSim(watchMachine);
    for (let count = 0; count < 60; count += 1) happen(room, random, count);
    for (const frames of room.sent.values())
      for (const frame of frames) expect(watchDownSchema.parse(frame)).toEqual(frame);
  });
});

test("W-STORE-2: a sleep at any moment changes no state", async () => {
  await forAll(60, (random) => {
    const room: Room = new RoomSim(watchMachine);
    for (let count = 0; count < 60; count += 1) {
      happen(room, random, count);
      const before = room.state;
      room.sleep();
      expect(room.state).toEqual(before);
    }
  });
});

test("W-LIMIT-1: no room outgrows the bytes its limits promise", async () => {
  // The promise includes what the host keeps for each socket, which is not part of the state.
  const promised = watchMachine.worstCaseBytes(limits) - limits.connections_max * peer_bytes_max;
  expect(watchMachine.worstCaseBytes(limits)).toBeLessThan(1_000_000);
  await forAll(10, (random) => {
    const room: Room = new RoomSim(watchMachine);
    for (let count = 0; count < limits.connections_max; count += 1)
      room.join(`connection-${count}`.padEnd(36, "-"), claims(random, `m${count}`));
    for (let count = 0; count < 100; count += 1) happen(room, random, 1_000 + count);
    const bytes = serialize(room.state).byteLength + serialize(room.stored).byteLength;
    expect(bytes).toBeLessThanOrEqual(promised);
  });
});

test("W-LIMIT-1: a bucket refills within the silence that sleep takes, so none is lost", () => {
  expect(limits.messages_burst / limits.messages_per_s).toBeLessThanOrEqual(10);
});
