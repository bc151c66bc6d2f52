import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { forAll, seededRandom } from "../../../platform/testing/random.ts";
import { liveCall } from "../../../test/sim/match/call-life.ts";
import { CallWorld, callClaims } from "../../../test/sim/match/call-world.ts";
import { peer_bytes_max } from "../../room.ts";
import { callMachine } from "./machine.ts";

const lives = [
  { name: "undisturbed", losses: 0, reloads: 0, evictions: 0, pauses: 0, ackDelay: 0 },
  { name: "on a bad line", losses: 6, reloads: 0, evictions: 0, pauses: 1, ackDelay: 6 },
  {
    name: "in a room that is evicted",
    losses: 0,
    reloads: 0,
    evictions: 5,
    pauses: 2,
    ackDelay: 3,
  },
  { name: "with all of it", losses: 5, reloads: 2, evictions: 5, pauses: 2, ackDelay: 9 },
];

describe("C-RELAY-2, C-RESUME-1, C-RESUME-2, C-RESUME-3, C-RESUME-4: 10,000 collisions of offers", () => {
  test.each(lives)(
    "$name, both come to rest in agreement, and no signal is lost, doubled or out of order",
    { timeout: 120_000 },
    async ({ name, ...options }) => {
      const sum = { collisions: 0, resumed: 0, checkpoints: 0, generations: 0 };
      await forAll(1_000, (random) => {
        const life = liveCall(random, { changes: 4, ...options });
        expect(life.faults).toEqual([]);
        sum.collisions += life.collisions;
        sum.resumed += life.resumed;
        sum.checkpoints += life.checkpoints;
        sum.generations += life.generations;
      });
      // All that is claimed here did happen.
      expect(sum.collisions).toBeGreaterThan(2_500);
      if (options.losses > 0) expect(sum.resumed).toBeGreaterThan(1_000);
      if (options.pauses > 0) expect(sum.checkpoints).toBeGreaterThan(100);
      if (options.losses + options.evictions === 0) expect(sum.generations).toBe(1_000);
    },
  );
});

test("C-STORE-1: a sleep in quiet changes nothing but what is not due", async () => {
  await forAll(40, (random) => {
    const world = new CallWorld(random);
    const sockets = [0, 1].map((seat) => world.join(callClaims(seat === 0 ? 0 : 1, world.now_ms)));
    for (const socket of sockets) world.say(socket, { type: "hello" });
    for (let line = 0; line < random.below(70); line += 1)
      world.say(random.pick(sockets), { type: "say", key: `${line}`, text: `Line ${line}` });
    const [ann = "", bob = ""] = sockets;
    const signal = { candidates: [{ candidate: "one" }] };
    world.say(ann, { type: "signal", generation: 1, number: 1, signal });
    const acknowledged_ms = random.below(500);
    world.pass(acknowledged_ms);
    world.say(bob, { type: "ack", epoch: world.state.lines[1].epoch ?? "", seq: 1 });
    world.pass(6_000);
    const { lines, call, chat, partners, checkpointed } = world.state;
    expect(checkpointed).toBe(true);
    world.sleep();
    expect({ ...world.state }).toMatchObject({ call, chat, partners, checkpointed });
    expect(world.state.lines).toEqual(lines.map((line) => ({ ...line, dropped: line.seq })));
  });
});

test("C-LIMIT-1: no call outgrows the bytes its limits promise, however much is sent and not heard", () => {
  const { limits } = callMachine;
  const promised = callMachine.worstCaseBytes(limits) - limits.connections_max * peer_bytes_max;
  const world = new CallWorld(seededRandom(1));
  const sockets = ([0, 1] as const).map((seat) => world.join(callClaims(seat, world.now_ms)));
  for (const socket of sockets) world.say(socket, { type: "hello" });
  const candidates = Array.from({ length: 32 }, () => ({ candidate: "€".repeat(400) }));
  const description = { type: "offer", sdp: "€".repeat(14_000) } as const;
  for (let number = 1; number <= 300; number += 1)
    for (const socket of sockets) {
      const signal = number % 3 === 0 ? { candidates } : { description };
      world.say(socket, { type: "signal", generation: 1, number, signal });
      world.say(socket, { type: "say", key: `${number}`.padEnd(40, "€"), text: "€".repeat(500) });
    }
  const bytes = serialize(world.state).byteLength + serialize(world.stored).byteLength;
  expect(bytes).toBeLessThanOrEqual(promised);
  expect(callMachine.worstCaseBytes(limits)).toBeLessThan(1_000_000);
  for (const { outbox } of world.state.lines) expect(outbox.length).toBeLessThanOrEqual(64);
});

test("C-LIMIT-1: a bucket refills within the silence that sleep takes, so none is lost", () => {
  const { messages_burst, messages_per_s } = callMachine.limits;
  expect(messages_burst / messages_per_s).toBeLessThanOrEqual(10);
});
