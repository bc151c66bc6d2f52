import process from "node:process";
import { seededRandom } from "../../../platform/testing/random.ts";
import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import { matchRegions } from "../../../protocol/match/rest-lobby.ts";
import { ageRanges } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { liveCall } from "./call-life.ts";
import { live } from "./lobby-life.ts";
import { LobbyWorld, plain } from "./lobby-world.ts";

/** Prints, as JSON, what can be told of match without a network. An argument seeds what is random. */
const seed = Number(process.argv[2] ?? 1);

const figures = { ...enqueueCpu(), ...violations(), ...sizes(), ...idle() };
process.stdout.write(`${JSON.stringify(figures)}\n`);

/**
 * Processor time of one `enqueue` in a lobby where 10,000 wait who fit nobody, and differ in
 * everything that can be asked for; newcomers ask for as much, wait, and go again.
 */
function enqueueCpu() {
  const waiting = 10_000;
  const random = seededRandom(seed);
  const world = new LobbyWorld(random);
  const facts = () => ({
    ageRange: random.pick(ageRanges),
    languages: [`l${String.fromCharCode(97 + random.below(20))}`, "en"],
    interests: Array.from({ length: 5 }, () => `interest ${random.below(500)}`),
    gender: random.pick(["woman", "man", "other", null]),
    region: random.pick(matchRegions),
  });
  const wishes = (): Wishes => ({
    languages: ["en", `l${String.fromCharCode(97 + random.below(20))}`],
    interests: "shared",
    ages: { from: "18-24", to: random.pick(ageRanges) },
    genders: [random.pick(["woman", "man"]), `nobody ${random.below(50)}`],
    firm: ["genders", "interests", "ages"],
  });
  const rounds = 3_000;
  const enter = (member: string) => putIn(world, member, facts());
  const waiters = Array.from({ length: waiting }, (_, number) => enter(`member-${number}`));
  const newcomers = Array.from({ length: rounds }, (_, number) => enter(`new-${number}`));
  world.sleep();
  for (const socket of waiters)
    world.say(socket, { type: "enqueue", wishes: { ...wishes(), genders: ["nobody"] } });
  const timed: number[] = [];
  const began = process.cpuUsage();
  for (const socket of newcomers) {
    world.now_ms += 2;
    const started_ms = performance.now();
    world.say(socket, { type: "enqueue", wishes: wishes() });
    timed.push(performance.now() - started_ms);
    world.say(socket, { type: "cancel" });
  }
  const { user, system } = process.cpuUsage(began);
  timed.sort((a, b) => a - b);
  return {
    enqueue_cpu_ms_10k_waiting: (user + system) / 1_000 / rounds,
    enqueue_p99_ms_10k_waiting: timed[Math.floor(rounds * 0.99)] ?? 0,
    enqueue_waiting: world.state.index.size,
  };
}

/** A socket that is there when the lobby wakes: a lobby takes 2,048, and this measures more. */
function putIn(world: LobbyWorld, member: string, facts: object): string {
  const connectionId = `socket-of-${member}`;
  world.peers.set(connectionId, { connectionId, claims: world.claims(plain(member, facts)) });
  world.seen_ms.set(connectionId, world.now_ms);
  return connectionId;
}

/** What must never happen, over many lives of lobbies and calls, evicted all along. */
function violations() {
  const random = seededRandom(seed);
  const found: string[] = [];
  let matches = 0;
  let collisions = 0;
  const [lobbies, operations] = [50, 4_000];
  for (let life = 0; life < lobbies; life += 1) {
    const pace_ms = random.pick([
      [0, 1, 5, 50],
      [5, 50, 300, 1_000],
      [50, 1_000, 4_000, 12_000],
    ]);
    const people = 4 + random.below(45);
    const oracle = live(random, { people, operations, evictions: 0.1, pace_ms, searches: 40 });
    found.push(...oracle.violations);
    matches += oracle.matches;
  }
  for (let life = 0; life < 1_000; life += 1) {
    const options = { changes: 4, losses: 4, reloads: 1, evictions: 4, pauses: 1, ackDelay: 5 };
    const call = liveCall(random, options);
    found.push(...call.faults);
    collisions += call.collisions;
  }
  for (const violation of found.slice(0, 5)) process.stderr.write(`${violation}\n`);
  return {
    violations: found.length,
    lobby_operations: lobbies * operations,
    lobby_matches: matches,
    glare_collisions: collisions,
  };
}

/** Sizes of frames as pages get them, with ordinary profiles. */
function sizes() {
  const heard: LobbyDown[] = [];
  const world = new LobbyWorld(seededRandom(seed), { sent: (_, message) => heard.push(message) });
  const id = (number: number) => `${number}`.padStart(32, "0");
  const person = (number: number) =>
    plain(id(number), {
      languages: ["en", "de"],
      interests: ["music", "photography", "science fiction", "hiking", "cooking"],
      gender: "woman",
      picturePath: `/v1/match/pictures/${"k".repeat(43)}`,
    });
  for (let number = 0; number < 12; number += 1) {
    const socket = world.join(world.claims(person(number)));
    const wishes: Wishes = { genders: ["nobody"], firm: ["genders"] };
    world.say(socket, { type: "enqueue", wishes });
  }
  const [one] = [world.join(world.claims(person(99))), world.join(world.claims(person(99)))];
  world.say(one, { type: "look" });
  world.say(one, { type: "status", status: "in_call" });
  const bytes = (type: LobbyDown["type"]) =>
    new TextEncoder().encode(JSON.stringify(heard.findLast((message) => message.type === type)))
      .byteLength;
  return {
    queue_update_10_users_bytes: bytes("queue"),
    presence_update_bytes: bytes("presence"),
    counts_update_bytes: bytes("counts"),
  };
}

/** How often a lobby full of people who only are there is woken by itself, in three hours. */
function idle() {
  const world = new LobbyWorld(seededRandom(seed));
  for (let number = 0; number < 1_200; number += 1) world.join(world.claims(plain(`m${number}`)));
  world.pass(3 * 3_600_000);
  return { alarms_of_idle_lobby: world.rings };
}
