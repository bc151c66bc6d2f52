import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { forAll, seededRandom } from "../../../platform/testing/random.ts";
import { live } from "../../../test/sim/match/lobby-life.ts";
import { LobbyWorld, type Person, plain } from "../../../test/sim/match/lobby-world.ts";
import { peer_bytes_max } from "../../room.ts";
import { lobbyMachine } from "./machine.ts";
import { memosAbsent_max } from "./memos.ts";
import { TicketIndex } from "./ticket-index.ts";
import { suit, type Traits } from "./traits.ts";

/** A million operations in all, in worlds that are small enough for everybody to meet everybody. */
const worlds = 50;
const operations = 4_000;
const lives = [
  { name: "hectic, never evicted", evictions: 0, pace_ms: [0, 1, 5, 50] },
  { name: "quick, evicted now and then", evictions: 0.03, pace_ms: [5, 50, 300, 1_000] },
  { name: "quick, evicted after every other event", evictions: 0.5, pace_ms: [5, 50, 300, 1_000] },
  { name: "slow, so that wishes give way", evictions: 0.1, pace_ms: [50, 1_000, 4_000, 12_000] },
  { name: "very slow, so that waits end", evictions: 0.2, pace_ms: [1_000, 12_000, 70_000] },
];

describe("L-NEVER-1, L-NEVER-2, L-NEVER-3, L-END-1, L-PAIR-1, L-STORE-1: a million operations", () => {
  test.each(lives)(
    "$name: no one-way, self, blocked, too recent or double match, and every ticket ends once",
    { timeout: 240_000 },
    async ({ evictions, pace_ms }) => {
      const sum = { pairs: 0, matches: 0, ended: 0 };
      await forAll(worlds, (random) => {
        const people = 4 + random.below(45);
        const oracle = live(random, { people, operations, evictions, pace_ms, searches: 40 });
        expect(oracle.violations).toEqual([]);
        sum.pairs += oracle.pairs;
        sum.matches += oracle.matches;
        sum.ended += oracle.ends.matched + oracle.ends.cancelled + oracle.ends.timed_out;
      });
      // The worlds were alive: else nothing was proven.
      expect(sum.matches).toBeGreaterThan(worlds);
      expect(sum.pairs).toBeGreaterThan(sum.matches);
      expect(sum.ended).toBeGreaterThan(2 * sum.matches);
    },
  );
});

test("L-STORE-1: a sleep at any moment changes nothing but who must look again", async () => {
  await forAll(40, (random) => {
    const people = Array.from({ length: 12 }, (_, n) => plain(`member-${n}`));
    const world = new LobbyWorld(random);
    for (let operation = 0; operation < 120; operation += 1) {
      const socket = [...world.peers.keys()][random.below(8)];
      const kind = random.next();
      if (socket === undefined || kind < 0.3) world.join(world.claims(random.pick(people)));
      else if (kind < 0.6) world.say(socket, { type: "enqueue", wishes: {} });
      else if (kind < 0.8) world.leave(socket, 1006);
      else world.pass(random.below(3_000));
      world.step({ type: "open" });
      const before = snapshot(world);
      world.sleep();
      world.step({ type: "open" });
      expect(snapshot(world)).toEqual(before);
    }
  });
});

/** All that a lobby knows and that must survive a sleep. */
function snapshot({ state }: LobbyWorld) {
  const { people, sockets, memos, tickets, pairs, index, stats, capacity, room } = state;
  return {
    people,
    sockets,
    memos: new Map([...memos].sort()),
    tickets: new Map(
      [...tickets].map(([member, { ticket, callId }]) => [member, { ticket, callId }]),
    ),
    pairs: [...pairs.values()].map(({ pair }) => pair),
    waiting: new Set(index.members()),
    stats,
    // Tokens tell these, so an empty lobby does not know them and has no use for them.
    ...(people.size > 0 ? { capacity, room } : {}),
  };
}

test("L-INDEX-1: the index finds everybody who fits, whatever comes and goes", async () => {
  await forAll(60, (random) => {
    const values = ["a", "b", "c", "d", "e", "f"];
    const some = () => values.filter(() => random.next() < 0.3);
    const traits = (): Traits => ({
      has: Array.from({ length: 5 }, some),
      takes: Array.from({ length: 5 }, () => (random.next() < 0.6 ? null : some())),
    });
    const index = new TicketIndex();
    const all = new Map<string, Traits>();
    for (let step = 0; step < 300; step += 1) {
      const member = `member-${random.below(200)}`;
      if (random.next() < 0.7) {
        const theirs = traits();
        index.put(member, theirs);
        all.set(member, theirs);
      } else {
        index.remove(member);
        all.delete(member);
      }
    }
    const own = traits();
    const fitting = [...all].filter(([, theirs]) => suit(own, theirs)).map(([member]) => member);
    const found = index.candidates(own).filter((member) => suit(own, all.get(member) ?? own));
    expect(found.sort()).toEqual(fitting.sort());
    expect(index.size).toBe(all.size);
  });
});

test("L-CAPACITY-1: of 5,000 who come at once exactly as many get in as there is room for", async () => {
  await forAll(3, (random) => {
    const refused: string[] = [];
    let welcomed = 0;
    const world = new LobbyWorld(random, {
      sent: (_, message) => {
        if (message.type === "welcome") welcomed += 1;
        if (message.type === "error") refused.push(message.code);
      },
    });
    let most = 0;
    for (let number = 0; number < 5_000; number += 1) {
      world.join(world.claims(plain(`member-${number}`)));
      most = Math.max(most, world.state.sockets.size, world.peers.size);
      // Now and then somebody goes, and one place is free.
      if (random.next() < 0.02) world.leave(random.pick([...world.peers.keys()]), 1000);
      if (random.next() < 0.001) world.sleep();
    }
    expect(most).toBe(1_200);
    expect(new Set(refused)).toEqual(new Set(["room_full"]));
    expect(welcomed + refused.length).toBe(5_000);
    expect(world.state.sockets.size).toBe(world.peers.size);
  });
});

test("L-LIMIT-1: no lobby outgrows the bytes its limits promise", () => {
  const limits = { ...lobbyMachine.limits, connections_max: 300 };
  const promised = lobbyMachine.worstCaseBytes(limits) - limits.connections_max * peer_bytes_max;
  const world = new LobbyWorld(seededRandom(7));
  const wide = (text: string, length: number) => text.padEnd(length, "€");
  const large = (number: number): Person => ({
    ...plain(wide(`member-${number}-`, 64)),
    facts: {
      ageRange: "25-34",
      languages: ["ena", "enb", "enc", "end", "ene", "enf"],
      interests: Array.from({ length: 10 }, (_, n) => wide(`${n}-${number}`, 24)),
      gender: wide(`${number}`, 24),
      region: "eu",
      picturePath: wide("/", 100),
    },
    blocks: Array.from({ length: 500 }, (_, n) => `blocked-${n}-${number}`),
    partners: Array.from({ length: 10 }, (_, n) => `met-${n}-${number}`),
  });
  const wishes = { genders: ["nobody".padEnd(24, "€")], firm: ["genders" as const] };
  for (let number = 0; number < limits.connections_max; number += 1) {
    const socket = world.join(world.claims(large(number)));
    world.say(socket, { type: "enqueue", wishes });
    for (let n = 0; n < 3; n += 1)
      world.ask({ type: "block", by: large(number).member, member: `${n}` });
  }
  const { people, sockets, memos, tickets, pairs } = world.state;
  const state = serialize({ people, sockets, memos, tickets, pairs }).byteLength;
  expect(world.state.tickets.size).toBe(limits.connections_max);
  expect(state + serialize(world.stored).byteLength).toBeLessThanOrEqual(promised);
  // The default lobby, sockets' notes and all, fits an isolate of 128 MB.
  expect(lobbyMachine.worstCaseBytes(lobbyMachine.limits)).toBeLessThan(100_000_000);
});

test("L-LIMIT-1: what is remembered of people who are gone is bounded", () => {
  const world = new LobbyWorld(seededRandom(3));
  for (let number = 0; number < memosAbsent_max + 500; number += 1)
    world.ask({ type: "block", by: `member-${number}`, member: "x" });
  expect(world.state.memos.size).toBeLessThanOrEqual(memosAbsent_max + 1);
  expect(world.stored.size).toBe(world.state.memos.size);
});

test("L-LIMIT-1: a bucket refills within the silence that sleep takes, so none is lost", () => {
  const { messages_burst, messages_per_s } = lobbyMachine.limits;
  expect(messages_burst / messages_per_s).toBeLessThanOrEqual(10);
});
