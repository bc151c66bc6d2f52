import process from "node:process";
import type { Command } from "../../web/watch/commands.ts";
import { fillRoom } from "./full-room.ts";
import { World } from "./world.ts";

/**
 * Figures of the simulation, as one line of JSON: `node test/sim/measure.ts [runs]`. What is measured
 * is the picture on the screen against the room's true time, which no viewer knows.
 */

const viewers = 20;
const cycles = 6;
const watch_ms = 40_000;
const rest_ms = 14_000;
const sampleEvery_ms = 250;
const hour_ms = 3_600_000;

interface Figures {
  readonly drift_ms: number[];
  /** Beyond half of how much longer one way of the line takes. */
  readonly excess_ms: number[];
  /** Of each viewer at each start, those included whom the word reached late: how long after the
   * room's moment the picture began; before it when negative. */
  readonly start_ms: number[];
  /** From the first to the last picture at one start. */
  readonly startSpread_ms: number[];
  corrections: number;
  minutes: number;
}

const runs = Number(process.argv[2] ?? 20);
const symmetric = gather(runs, 1, 0);
const skewed = gather(Math.ceil(runs / 2), 10_001, 0.3);
console.log(
  JSON.stringify({
    drift_p50_ms: percentile(symmetric.drift_ms, 0.5),
    drift_p95_ms: percentile(symmetric.drift_ms, 0.95),
    drift_p99_ms: percentile(symmetric.drift_ms, 0.99),
    drift_samples: symmetric.drift_ms.length,
    drift_asymmetric_excess_p95_ms: percentile(skewed.excess_ms, 0.95),
    start_spread_p95_ms: percentile(symmetric.start_ms.map(Math.abs), 0.95),
    start_first_to_last_p50_ms: percentile(symmetric.startSpread_ms, 0.5),
    start_first_to_last_p95_ms: percentile(symmetric.startSpread_ms, 0.95),
    corrective_seeks_per_10min: (symmetric.corrections / symmetric.minutes) * 10,
    ...measureRest(),
    ...fillRoom(),
  }),
);

function gather(count: number, firstSeed: number, asymmetry_max: number): Figures {
  const figures: Figures = {
    drift_ms: [],
    excess_ms: [],
    start_ms: [],
    startSpread_ms: [],
    corrections: 0,
    minutes: 0,
  };
  for (let seed = firstSeed; seed < firstSeed + count; seed++)
    watchTogether(worldOf(seed, asymmetry_max), figures);
  return figures;
}

function worldOf(seed: number, asymmetry_max: number): World {
  return new World({ seed, maxParticipants: viewers, asymmetry_max, steppedShare: 0 });
}

/** An evening as people have it: they play, watch, seek, watch, pause, and play again. */
function watchTogether(world: World, figures: Figures): void {
  comeIn(world);
  const began_s = world.elapsed_s;
  for (let cycle = 0; cycle < cycles; cycle++) {
    command(world, { type: "play" });
    world.run(5_000);
    noteStart(world, figures);
    watch(world, figures);
    command(world, { type: "seek", position_ms: world.random.next() * 20_000_000 });
    watch(world, figures);
    command(world, { type: "pause", position_ms: Math.floor(world.random.next() * 20_000_000) });
    world.run(rest_ms);
  }
  figures.minutes += (viewers * (world.elapsed_s - began_s)) / 60;
  for (const { corrections } of world.clients) figures.corrections += corrections;
}

function comeIn(world: World): void {
  for (let viewer = 0; viewer < viewers; viewer++) {
    world.join();
    world.run(200);
  }
  world.run(rest_ms);
}

/** Somebody whose line is up does something; on a dead one nothing would come of it. */
function command(world: World, given: Command): void {
  world.random.pick(world.online()).session.command(given);
}

/** When the picture of each viewer began to move who stood on the frame before. */
function noteStart(world: World, { start_ms, startSpread_ms }: Figures): void {
  const { anchor } = world.room;
  if (anchor?.playing !== true) return;
  const off_ms = world
    .present()
    .map(({ player }) => (player?.movesFrom_ms ?? Number.NaN) - anchor.anchorServer_ms)
    .filter((one_ms) => Math.abs(one_ms) < 5_000);
  start_ms.push(...off_ms);
  startSpread_ms.push(Math.max(...off_ms) - Math.min(...off_ms));
}

function watch(world: World, { drift_ms, excess_ms }: Figures): void {
  for (let passed_ms = 0; passed_ms < watch_ms; passed_ms += sampleEvery_ms) {
    world.run(sampleEvery_ms);
    for (const client of world.present()) {
      const drift = client.trueDrift_ms();
      if (drift === null) continue;
      const { rtt_ms, upShare } = client.faults.line;
      drift_ms.push(Math.abs(drift));
      excess_ms.push(Math.max(0, Math.abs(drift) - (Math.abs(2 * upShare - 1) * rtt_ms) / 2));
    }
  }
}

/** An hour in which people only watch. */
function measureRest(): Readonly<Record<string, number>> {
  const world = worldOf(20_001, 0);
  comeIn(world);
  command(world, { type: "play" });
  world.run(90_000);
  const { room } = world;
  const events = room.events;
  const wakes = room.wakes;
  const sent = world.sent();
  const asked = world.asked();
  world.run(hour_ms);
  return {
    steady_messages_per_viewer_hour: (world.sent() - sent) / viewers,
    steady_events_per_room_hour: room.events - events,
    steady_wakes_per_room_hour: room.wakes - wakes,
    steady_http_per_viewer_hour: (world.asked() - asked) / viewers,
  };
}

function percentile(samples: number[], share: number): number {
  samples.sort((a, b) => a - b);
  const at = Math.max(0, Math.ceil(share * samples.length) - 1);
  return samples[at] ?? Number.NaN;
}
