import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { budgets } from "./budgets.ts";
import { type Run, sampledHours, userHours } from "./measured.ts";
import { newestMeasurement } from "./newest.ts";
import { edgeUnits, valueAt } from "./units.ts";

/**
 * The newest results stand behind every bill, so they are looked at like anything else: a run whose
 * rooms were not counted, or that was of something else than what is budgeted, fails here.
 */

const measurement = await newestMeasurement(join(import.meta.dirname, "..", "bench", "results"));
const runs = measurement?.runs ?? [];
const edge = runs.filter(({ side }) => side === "edge");
const nameOf = ({ module, side, users }: Run) => `${module}, ${side}, ${users} people`;

/** So far may a run be from its budget, both ways. */
const times_max = 3;
/** What happens in a run less often than this may be missing from it, or be there twice. */
const times_min = 30;

/** Units of which a run says something else than the hour of the budgets, each with the reason. */
const apart: Readonly<Record<string, string>> = {
  "watch room_awake_ms": "a busy machine takes longer for the same",
  "match room_awake_ms": "a busy machine takes longer for the same",
  "analytics room_awake_ms": "a busy machine takes longer for the same",
  "watch rows_read": "rooms of a run begin and end in it, and read what they keep",
  "match rows_read": "calls of a run begin before it and go on in it",
  "watch rows_written": "rooms of a run begin and end in it",
  "analytics sql_round_trips": "a thousand players share the buffer that ten share in the hour",
};

describe.skipIf(measurement === undefined)("the newest results", () => {
  test("have runs of both sides for each module and number of people", () => {
    const of = (side: Run["side"]) =>
      runs.filter((run) => run.side === side).map(({ module, users }) => `${module} ${users}`);
    expect(new Set(of("edge"))).toEqual(new Set(of("container")));
  });

  test.each(edge.map((run) => [nameOf(run), run] as const))(
    "%s: each unit is near what an hour of its module may take",
    (_name, run) => {
      const far = Object.entries(budgets[run.module]).flatMap(([unit, { perUserHour }]) => {
        if (apart[`${run.module} ${unit}`] !== undefined) return [];
        const used = run.units[unit] ?? 0;
        // What is fixed is there for all of the run and is in nobody's budget; so is the meter.
        const fixed = fixedOf(run, unit);
        const meter = unit === "redis_commands" ? (run.units.redis_commands_meter ?? 0) : 0;
        const allowed = perUserHour * userHours(run);
        if (allowed < times_min && used < times_min * times_max) return [];
        const low = used < allowed / times_max;
        const high = used - Math.max(fixed, meter) > allowed * times_max;
        return low || high ? [{ unit, used, allowed: Math.round(allowed) }] : [];
      });
      expect(far).toEqual([]);
    },
  );

  test.each(
    edge.filter(({ module }) => module === "watch").map((run) => [nameOf(run), run] as const),
  )("%s: rooms that people chatted in were counted", (_name, run) => {
    if ((run.kinds?.chat?.answers ?? 0) === 0) return;
    for (const unit of ["socket_messages_in", "socket_messages_out", "room_awake_ms"])
      expect(run.units[unit] ?? 0, unit).toBeGreaterThan(0);
    expect(run.units.rows_written ?? 0).toBeGreaterThan(0);
  });
});

/** What of a unit does not grow with people, over one run. */
function fixedOf(run: Run, unit: string): number {
  if (measurement === undefined) return 0;
  const line = edgeUnits(measurement, run.module).perHour[unit];
  return line === undefined ? 0 : valueAt(line, 0) * sampledHours(run);
}
