import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../platform/testing/random.ts";
import { recentPartners_max } from "../../../protocol/match/room-data.ts";
import { Agenda } from "../arrivals.ts";
import { Attempts } from "../attempts.ts";
import type { Crowd, Driver, Recorder, Side } from "../driver.ts";
import { inLanes } from "../lanes.ts";
import { houseOf } from "./house.ts";
import { Person } from "./person.ts";
import { World } from "./world.ts";

/** How many are in a call at any time, as it comes to be by itself after some minutes. */
const inCall = 0.75;
/** How long answers are waited for after a run: longer than anything may take. */
const settle_ms_max = 22_000;
/** Until those who search before the first run have begun to talk. */
const opening_ms_max = 30_000;
/** Whoever has waited for so long while somebody else did has been forgotten. */
const forgotten_ms = 5_000;

/** Random calls: `match` counts from when the later of two began to wait until each has been told. */
export const matchDriver: Driver = {
  module: "match",
  behaviour:
    "Meets somebody, talks for a minute on average (3 KB of offer, 2 KB of answer, three batches of candidates each way, a line of chat every 40 s), goes on at once or rests for 20 s, looks at the history after one rest in four, and is followed by somebody else after half an hour, every fourth of whom is new. At the edge text goes from browser to browser once these have found each other, and servers come with the match; in the container both go through the server, as its document says.",
  prepare,
};

async function prepare(side: Side, users: number, random: Random): Promise<Crowd> {
  const house = houseOf(side);
  const world = new World(side, house, new Attempts(), random);
  const people = Array.from({ length: users }, () => new Person(world));
  await house.signUpAll(people.map(({ browser }) => browser));
  await inLanes(people, (person) => person.enter(performance.now()));
  const talking = people.slice(0, 2 * Math.floor((users * inCall) / 2));
  await inLanes(talking, async (person) => person.search(performance.now()));
  const deadline_ms = performance.now() + opening_ms_max;
  while (talking.some(({ at }) => at === "waiting") && performance.now() < deadline_ms)
    await pause(50);
  // Whoever has come early has lived on meanwhile. From here on nobody does anything between two runs:
  // else calls would end, and none begin, for as long as a side takes to read its meter.
  world.agenda.close();
  await world.attempts.settled(settle_ms_max);
  return {
    standing: () => standing(people),
    run: (duration_s, recorder) => run(world, people, duration_s, recorder),
    async leave() {
      world.agenda.close();
      for (const person of people) person.quit();
    },
  };
}

async function run(
  world: World,
  people: readonly Person[],
  duration_s: number,
  recorder: Recorder,
): Promise<void> {
  const { attempts } = world;
  attempts.recorder = recorder;
  world.agenda = new Agenda();
  for (const person of people) person.begin();
  await pause(duration_s * 1000);
  world.agenda.close();
  await attempts.settled(settle_ms_max);
  for (let left = forgotten(world, people); left > 0; left -= 1)
    recorder.failed("match", "forgotten");
  attempts.hush();
}

/** What everybody is at, for whoever looks whether both sides begin alike. */
function standing(people: readonly Person[]): string {
  const groups = Map.groupBy(people, ({ at }) => at);
  const counts = [...groups].map(([at, who]) => `${who.length} ${at}`);
  return counts.toSorted().join(", ");
}

/** Those who still wait although there are others whom they have not met lately. */
function forgotten({ waitedFrom_ms }: World, people: readonly Person[]): number {
  const now_ms = performance.now();
  const waiting = people.filter(({ at, memberId = "" }) => {
    const from_ms = waitedFrom_ms.get(memberId);
    return at === "waiting" && from_ms !== undefined && now_ms - from_ms > forgotten_ms;
  });
  return Math.max(0, waiting.length - recentPartners_max - 1);
}
