import { deadZone_ms, jumpAbove_ms } from "../../web/watch/sync.ts";
import { actAtRandom } from "./acts.ts";
import type { SimClient } from "./client.ts";
import { World } from "./world.ts";

const clients = 20;
const joining_ms = 12_000;
const turmoil_ms = 60_000;
/** Between two acts on average. */
const actEvery_ms = 700;
/** Grace, absence and gate are over by then, and the slowest player has found its place. */
const settling_ms = 75_000;
const steady_ms = 30_000;
/** Every so manieth run watches for long enough that all clocks have to be refreshed. */
const longEvery = 10;
const longSteady_ms = 15 * 60_000;
/** A refreshed clock may find a player off; speed brings it back within this. */
const correcting_s_max = 12;
/** A player is looked at every 200 ms. */
const slack_ms = 15;
/** A player with few speeds is corrected later, and stopped only roughly ... */
const steppedZone_ms = 190;
/** ... and where it has no speed near the room's, only a jump is left. */
const speedsAround: ReadonlySet<number> = new Set([1, 1.25]);

/**
 * One run: twenty people come in, everything happens to them at once for a minute, and then they
 * only watch. What must hold at every moment is checked where it changes; what must hold in the end,
 * at the end.
 * @param meddle done when the quiet part begins, by tests of the checks themselves
 * @returns the world, with what went wrong in `failures`
 */
export function runStory(seed: number, meddle: (world: World) => void = () => {}): World {
  const world = new World({ seed, maxParticipants: 24, asymmetry_max: 0.2, steppedShare: 0.15 });
  gather(world);
  turmoil(world);
  settle(world);
  watch(world, meddle);
  conclude(world);
  return world;
}

function gather(world: World): void {
  const { time, random } = world;
  world.join();
  for (let count = 1; count < clients; count++)
    time.after(1_000 + random.next() * joining_ms, () => void world.join());
  world.run(joining_ms);
}

function turmoil(world: World): void {
  const { time, random } = world;
  const until_ms = time.now_ms + turmoil_ms;
  while (time.now_ms < until_ms) {
    world.run(-Math.log(1 - random.next()) * actEvery_ms);
    actAtRandom(world);
  }
}

/** The room plays, without a gate, and nobody does anything more. */
function settle(world: World): void {
  const until_ms = world.time.now_ms + settling_ms;
  for (let tries = 0; tries < 10; tries++) {
    const online = world.online();
    for (const { session } of online)
      if (session.snapshot().role === "host")
        void session.tell({ type: "set_options", gate: false });
    // Whoever is asked may sit on a line that is dead and does not know it yet.
    if (world.room.anchor?.playing !== true && online.length > 0)
      void world.random.pick(online).session.command({ type: "play" });
    world.run(3_000);
  }
  world.run(until_ms - world.time.now_ms);
}

/** They only watch: the room must not hear of it, and the pictures must be in step. */
function watch(world: World, meddle: (world: World) => void): void {
  const { room } = world;
  const events = room.events;
  const wakes = room.wakes;
  const sent = world.sent();
  const off_s = new Map<SimClient, number>();
  meddle(world);
  const for_ms = world.seed % longEvery === 0 ? longSteady_ms : steady_ms;
  for (let second = 0; second < for_ms / 1_000; second++) {
    world.run(1_000);
    for (const client of world.present()) checkStep(world, client, off_s);
  }
  if (room.events !== events) world.fail(`the room had ${room.events - events} events at rest`);
  if (room.wakes !== wakes) world.fail(`the room woke ${room.wakes - wakes} times at rest`);
  if (world.sent() !== sent) world.fail("somebody sent something at rest");
}

/** @param off_s for how many seconds in a row each has been off */
function checkStep(world: World, client: SimClient, off_s: Map<SimClient, number>): void {
  const clock = client.clockError();
  if (clock === null || Math.abs(clock.error_ms) > clock.bound_ms + 1)
    world.fail(`${client.id} is wrong about the time: ${JSON.stringify(clock)}`);
  const drift_ms = client.trueDrift_ms();
  if (drift_ms === null) {
    world.fail(`${client.id} does not move: ${JSON.stringify(client.look)}`);
    return;
  }
  const { rate = 1 } = world.room.anchor ?? {};
  const seen_ms = Math.abs(clock?.error_ms ?? 0) * rate;
  const bound_ms = zoneOf(client, rate) + seen_ms + slack_ms;
  const since_s = Math.abs(drift_ms) > bound_ms ? (off_s.get(client) ?? 0) + 1 : 0;
  off_s.set(client, since_s);
  if (since_s > correcting_s_max)
    world.fail(`${client.id} is off by ${drift_ms.toFixed(1)} ms, bound ${bound_ms.toFixed(1)}`);
}

function zoneOf({ faults }: SimClient, rate: number): number {
  if (faults.player.rates === null) return deadZone_ms;
  return speedsAround.has(rate) ? steppedZone_ms : jumpAbove_ms;
}

/** Everybody has the same room before them, and nothing was overdone on the way. */
function conclude(world: World): void {
  const { room } = world;
  for (const failure of room.failures) world.fail(`the room failed: ${failure}`);
  if (room.bytes_max > room.worst_bytes)
    world.fail(`the room had ${room.bytes_max} bytes, more than ${room.worst_bytes}`);
  const [first, ...others] = world.present();
  if (first === undefined) return;
  const picture = pictureOf(first);
  if (JSON.stringify(room.anchor) !== JSON.stringify(first.session.snapshot().anchor))
    world.fail(`${first.id} has another anchor than the room`);
  for (const other of others)
    for (const [part, text] of Object.entries(pictureOf(other)))
      if (text !== picture[part]) world.fail(`${other.id} sees other ${part} than ${first.id}`);
  for (const { id, corrections, occasions, stalls, welcomes } of world.clients) {
    const allowed = 2 * (occasions + stalls + welcomes.length);
    if (corrections > allowed) world.fail(`${id} jumped ${corrections} times, ${allowed} allowed`);
  }
}

function pictureOf({ session }: SimClient): Readonly<Record<string, string>> {
  const { anchor, members, options, queue, chat, waitingFor } = session.snapshot();
  const items = queue.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  // How far each was off, and who was away for a moment, is told only with the next list.
  const people = members.map(({ id, name, role }) => ({ id, name, role }));
  const said = chat.map(({ ref: _, ...message }) => message);
  const parts = { anchor, people, options, items, said, waitingFor };
  return Object.fromEntries(
    Object.entries(parts).map(([part, value]) => [part, JSON.stringify(value)]),
  );
}
