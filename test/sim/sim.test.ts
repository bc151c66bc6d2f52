import process from "node:process";
import { describe, expect, test } from "vitest";
import { runStory } from "./story.ts";
import type { World } from "./world.ts";

/**
 * Watch Together in virtual time: the real room, the real session and the real follower, with lines,
 * clocks and players as bad as they come. `SIM_SEED=<number>` runs one seed alone, which replays a
 * failure exactly; `SIM_SEEDS=<count>` says how many are run.
 */
const one = Number(process.env.SIM_SEED ?? 0);
const count = Number(process.env.SIM_SEEDS ?? (process.env.CI ? 1_000 : 150));
const block = 50;
const told_max = 8;

function expectNoFailure({ seed, failures }: World): void {
  if (failures.length === 0) return;
  const told = failures.slice(0, told_max).join("\n  ");
  const more = failures.length > told_max ? `\n  and ${failures.length - told_max} more` : "";
  throw new Error(`seed ${seed} failed; replay with SIM_SEED=${seed}\n  ${told}${more}`);
}

describe("twenty viewers in turmoil end up in step, and the room sleeps", () => {
  if (one > 0) {
    test(`seed ${one}`, () => expectNoFailure(runStory(one)));
    return;
  }
  for (let first = 1; first <= count; first += block) {
    const last = Math.min(first + block - 1, count);
    test(`seeds ${first} to ${last}`, () => {
      for (let seed = first; seed <= last; seed++) expectNoFailure(runStory(seed));
    });
  }
});

describe("the simulation itself", () => {
  test("repeats a seed exactly", () => {
    const digest = ({ room, clients }: World) =>
      JSON.stringify([
        room.anchor,
        room.events,
        room.bytes_max,
        clients.map((client) => [client.trueDrift_ms(), client.corrections, client.occasions]),
      ]);
    expect(digest(runStory(7))).toBe(digest(runStory(7)));
  });

  test("notices a clock that was set while nobody asked it", () => {
    const { failures } = runStory(7, ({ clients }) => {
      for (const { faults } of clients) faults.clock.offset_ms += 700;
    });
    expect(failures.join("\n")).toMatch(/is wrong about the time/);
  });

  test("notices a player too fast to be held by a twentieth of speed", () => {
    const { failures } = runStory(7, ({ clients }) => {
      for (const { faults } of clients) faults.player.skew_ppm = 80_000;
    });
    expect(failures.join("\n")).toMatch(/is off by/);
  });

  test("notices a single message at rest", () => {
    const { failures } = runStory(7, (world) => world.online()[0]?.session.typing());
    expect(failures.join("\n")).toMatch(/the room woke 1 times at rest/);
    expect(failures.join("\n")).toMatch(/somebody sent something at rest/);
  });

  test("notices a viewer who does not know what the others know", () => {
    const { failures } = runStory(7, ({ clients, time }) => {
      clients[0]?.link?.breakDown(60_000, 60_000);
      time.after(1_000, () => clients[1]?.session.say("heard by all but one"));
    });
    expect(failures.join("\n")).toMatch(/sees other said than/);
  });
});
