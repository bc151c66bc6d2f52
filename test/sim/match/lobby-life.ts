import type { Random } from "../../../platform/testing/random.ts";
import { ageRanges } from "../../../protocol/match/rest-profile.ts";
import { matchFilters, type Wishes } from "../../../protocol/match/ticket.ts";
import { LobbyOracle } from "./lobby-oracle.ts";
import { LobbyWorld, type Person, someFacts } from "./lobby-world.ts";

/** How an existence in a lobby goes. */
export interface LifeOptions {
  readonly people: number;
  readonly operations: number;
  /** Chance of an eviction after each operation. */
  readonly evictions: number;
  /** Stretches of time that may pass at once. */
  readonly pace_ms: readonly number[];
  /** Operations between two searches for pairs that were overlooked. */
  readonly searches: number;
}

/**
 * People in one lobby who come, go, wait, find each other, take their seats or do not, block, are
 * removed, lose their lines and fall silent, while the lobby is evicted again and again. In the end
 * all leave, and whatever still waits must have ended.
 * @returns the oracle, with what went wrong
 */
export function live(random: Random, options: LifeOptions): LobbyOracle {
  const people = new Map<string, Person>();
  for (let number = 0; number < options.people; number += 1) {
    const member = `member-${number}`;
    people.set(member, { member, facts: someFacts(random), blocks: [], partners: [] });
  }
  const oracle = new LobbyOracle(people);
  const told = new Map<string, string>();
  const world = new LobbyWorld(random, {
    stepped: (effects, event) => oracle.stepped(effects, event),
    sent: (connectionId, message) => {
      oracle.sent(connectionId, message);
      if (message.type === "matched") told.set(connectionId, message.callId);
      if (message.type === "ended" || message.type === "requeued") told.delete(connectionId);
    },
  });
  oracle.world = world;
  world.capacity = Math.max(4, Math.floor(options.people * 1.5));
  for (let operation = 1; operation <= options.operations; operation += 1) {
    act(world, oracle, people, told, random, options.pace_ms);
    if (random.next() < options.evictions) world.sleep();
    if (operation % options.searches === 0) search(world, oracle);
    if (world.state.sockets.size > world.capacity) oracle.violations.push("too many sockets");
  }
  world.workAll();
  for (const connectionId of [...world.peers.keys()]) world.leave(connectionId, 1006);
  world.sleep();
  world.pass(20 * 60_000);
  for (const id of oracle.open) oracle.violations.push(`ticket ${id} never ended`);
  if (world.state.pairs.size > 0) oracle.violations.push("a pair is left");
  if (world.alarm_ms !== null) oracle.violations.push("the alarm is set for nobody");
  return oracle;
}

/** At a moment at which the lobby has just looked. */
function search(world: LobbyWorld, oracle: LobbyOracle): void {
  world.step({ type: "alarm" });
  oracle.violations.push(...oracle.overlooked());
}

function act(
  world: LobbyWorld,
  oracle: LobbyOracle,
  people: ReadonlyMap<string, Person>,
  told: Map<string, string>,
  random: Random,
  pace_ms: readonly number[],
): void {
  const person = random.pick([...people.values()]);
  const sockets = [...world.peers.keys()];
  const socket = sockets.length === 0 ? undefined : random.pick(sockets);
  const kind = random.next();
  if (socket === undefined || kind < 0.1) world.join(world.claims(person));
  else if (kind < 0.3) world.say(socket, { type: "enqueue", wishes: someWishes(random) });
  else if (kind < 0.54) takeSeat(world, told, random);
  else if (kind < 0.7) world.work(random.next() < 0.97);
  else if (kind < 0.8) pass(world, random, random.pick(pace_ms));
  else if (kind < 0.85) world.leave(socket, random.pick([1000, 1001, 1006]));
  else if (kind < 0.87) world.say(socket, { type: "cancel" });
  else if (kind < 0.88) world.say(socket, { type: "bye" });
  else if (kind < 0.9) world.say(socket, { type: "look" });
  else if (kind < 0.93)
    world.say(socket, { type: "status", status: random.pick(["online", "in_call", "away"]) });
  else if (kind < 0.95) hear(world, random, 0.9);
  else if (kind < 0.985) block(world, oracle, person, random.pick([...people.values()]));
  else if (kind < 0.99) world.ask({ type: "remove", member: person.member });
  else world.ask({ type: "state" });
}

function takeSeat(world: LobbyWorld, told: Map<string, string>, random: Random): void {
  if (told.size === 0) return;
  const [connectionId, callId] = random.pick([...told]);
  const declines = random.next() < 0.1;
  world.say(connectionId, { type: declines ? "decline" : "seated", callId });
}

/** Time passes, and pages ping meanwhile. */
function pass(world: LobbyWorld, random: Random, duration_ms: number): void {
  if (random.next() < 0.7) world.workAll();
  for (let left_ms = duration_ms; left_ms > 0; left_ms -= ping_ms) {
    world.pass(Math.min(left_ms, ping_ms));
    if (duration_ms > ping_ms) hear(world, random, 0.97);
  }
}

const ping_ms = 20_000;

/** Most pages ping; a page that is gone without a word does not. */
function hear(world: LobbyWorld, random: Random, share: number): void {
  for (const connectionId of world.seen_ms.keys())
    if (random.next() < share) world.seen_ms.set(connectionId, world.now_ms);
}

function block(world: LobbyWorld, oracle: LobbyOracle, by: Person, of: Person): void {
  if (by === of) return;
  const pair = `${by.member} ${of.member}`;
  // With few people everybody would soon have blocked everybody.
  if (oracle.blocked.size > 40 && oracle.blocked.has(pair)) return;
  if (by.blocks.length >= 4) {
    const gone = by.blocks.shift();
    oracle.blocked.delete(`${by.member} ${gone}`);
    world.ask({ type: "unblock", by: by.member, member: gone ?? "" });
  }
  if (!by.blocks.includes(of.member)) by.blocks.push(of.member);
  oracle.blocked.add(pair);
  oracle.everBlocked.add(pair);
  world.ask({ type: "block", by: by.member, member: of.member });
}

export function someWishes(random: Random): Wishes {
  const wishes: Wishes = {};
  if (random.next() < 0.3) wishes.languages = [random.pick(["en", "de"]), "es"];
  if (random.next() < 0.3) wishes.interests = "shared";
  if (random.next() < 0.3) wishes.region = "same";
  if (random.next() < 0.3) {
    const from = random.below(ageRanges.length);
    const to = from + random.below(ageRanges.length - from);
    wishes.ages = { from: ageRanges[from] ?? "18-24", to: ageRanges[to] ?? "55+" };
  }
  if (random.next() < 0.3) wishes.genders = [random.pick(["woman", "man"]), "other"];
  if (random.next() < 0.3) wishes.firm = [random.pick(matchFilters)];
  return wishes;
}
