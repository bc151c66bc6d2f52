import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../platform/testing/random.ts";
import { Agenda, exponential } from "../arrivals.ts";
import type { Crowd, Driver, Recorder, Side } from "../driver.ts";
import { behaviour, evening, pageHabits } from "./evening.ts";
import { Room } from "./room.ts";
import type { Viewer } from "./viewer.ts";
import { World } from "./world.ts";

const hour_ms = 3_600_000;
/** Rooms that fill at the same time while the crowd comes in. */
const opening = 5;
const settle_ms_max = 20_000;

/** Rooms of ten: `control` and `chat` count from when they are due until another member has them. */
export const watchDriver: Driver = { module: "watch", behaviour, prepare };

async function prepare(side: Side, users: number, random: Random): Promise<Crowd> {
  const world = new World(side, random);
  const crowd = new WatchCrowd(world);
  await crowd.gather(users);
  return crowd;
}

class WatchCrowd implements Crowd {
  readonly #world: World;
  #rooms: Room[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  async gather(users: number): Promise<void> {
    const sizes = roomSizes(users);
    for (let from = 0; from < sizes.length; from += opening)
      await Promise.all(
        sizes.slice(from, from + opening).map(async (people) => {
          const room = new Room(this.#world);
          this.#rooms.push(room);
          await room.open(performance.now(), people, evening.visit_ms);
        }),
      );
    await this.#world.attempts.settled(settle_ms_max);
    const missing = users - this.#people().filter(({ present }) => present).length;
    if (missing > 0) throw new Error(`${missing} of ${users} people did not come in`);
  }

  async run(duration_s: number, recorder: Recorder): Promise<void> {
    const { attempts, random } = this.#world;
    attempts.recorder = recorder;
    this.#world.agenda = new Agenda();
    const rooms = this.#rooms.length;
    const people = this.#people();
    const talkers = people.filter(({ talks }) => talks).length;
    this.#often(rooms * evening.moves_perRoomHour, (due_ms) =>
      random.pick(this.#rooms).move(due_ms),
    );
    this.#often(talkers * evening.chats_perTalkerHour, () =>
      this.#withOne(
        ({ talks }) => talks,
        (viewer) => viewer.room.write(viewer),
      ),
    );
    this.#often(people.length * evening.losses_perPersonHour, () =>
      this.#withOne(
        () => true,
        (viewer) => void viewer.loseLine(),
      ),
    );
    this.#comeAndGo(people.length, rooms);
    if (this.#world.isEdge) for (const viewer of people) this.#mind(viewer);
    await pause(duration_s * 1_000);
    this.#world.agenda.close();
    await attempts.settled(settle_ms_max);
    attempts.hush();
  }

  async leave(): Promise<void> {
    this.#world.agenda.close();
    for (const viewer of this.#people()) viewer.vanish();
  }

  /**
   * A visit ends when its room does, or before. These moments are few in a minute and weigh much on
   * the bill: so they lie evenly, from a chance beginning, and not as a Poisson process would have them.
   */
  #comeAndGo(people: number, rooms: number): void {
    const roomEnds_perHour = (rooms * hour_ms) / evening.room_ms;
    const visitEnds_perHour = (people * hour_ms) / evening.visit_ms;
    const byThemselves_perHour = visitEnds_perHour - roomEnds_perHour * (people / rooms);
    this.#evenly(byThemselves_perHour, (due_ms) =>
      this.#withOne(
        (viewer) => viewer !== viewer.room.host,
        (viewer) => void viewer.room.replace(viewer, due_ms).then((next) => this.#mind(next)),
      ),
    );
    this.#evenly(roomEnds_perHour, (due_ms) => void this.#beginAnother(due_ms));
  }

  /** A room is over, and as many people begin another. */
  async #beginAnother(due_ms: number): Promise<void> {
    const over = this.#world.random.pick(this.#rooms);
    const next = new Room(this.#world);
    await Promise.all(over.people.map((viewer) => viewer.leave()));
    await next.open(due_ms, over.people.length);
    this.#rooms = this.#rooms.map((room) => (room === over ? next : room));
    for (const viewer of next.people) this.#mind(viewer);
  }

  /** What a page does by itself, without anybody's doing. */
  #mind(viewer: Viewer): void {
    if (!this.#world.isEdge) return;
    const { agenda } = this.#world;
    const now_ms = performance.now();
    for (const age_ms of pageHabits.seriesAt_ms)
      if (viewer.since_ms + age_ms > now_ms)
        agenda.after(viewer.since_ms + age_ms - now_ms, (due_ms) => {
          if (viewer.present) void viewer.refreshClock(due_ms);
        });
    const look = () =>
      agenda.after(viewer.reportOverdueAt_ms - performance.now(), (due_ms) => {
        if (viewer.present && viewer.reportOverdueAt_ms <= performance.now())
          void viewer.report(due_ms);
        if (viewer.present) look();
      });
    look();
  }

  #often(perHour: number, act: (due_ms: number) => void): void {
    const { agenda, random } = this.#world;
    if (perHour > 0) agenda.repeat(() => exponential(random, hour_ms / perHour), act);
  }

  #evenly(perHour: number, act: (due_ms: number) => void): void {
    const { agenda, random } = this.#world;
    if (perHour <= 0) return;
    const every_ms = hour_ms / perHour;
    agenda.repeat(() => every_ms, act, random.next() * every_ms);
  }

  /** Does something with one of those who are there and suit. */
  #withOne(suits: (viewer: Viewer) => boolean, act: (viewer: Viewer) => void): void {
    const there = this.#people().filter((viewer) => viewer.present && suits(viewer));
    if (there.length > 0) act(this.#world.random.pick(there));
  }

  #people(): readonly Viewer[] {
    return this.#rooms.flatMap(({ people }) => people);
  }
}

/** So many people in rooms of ten; the last takes who is left. */
function roomSizes(users: number): readonly number[] {
  const rooms = Math.ceil(users / evening.people);
  return Array.from({ length: rooms }, (_, index) =>
    Math.min(evening.people, users - index * evening.people),
  );
}
