import { describe, expect, test } from "vitest";
import { forAll } from "../platform/testing/random.ts";
import { withUnit } from "./billed.ts";
import { type Basis, basisOf, breakEvens, compare } from "./compare.ts";
import { scenarioNames, scenarioOf, userHoursOfDay } from "./scenario.ts";
import { sensitivities } from "./sensitivity.ts";
import { neonScale2026 } from "./sheets/neon.ts";
import { summaryOf } from "./summary.ts";
import { easyMeasurement } from "./testing/easy.ts";
import { edgeUnits, fitLine } from "./units.ts";
import { freePlanText } from "./words.ts";

const summary = summaryOf(easyMeasurement);
const basis: Basis = basisOf(summary);
const scenario = (name: string, users: number) => {
  const found = scenarioOf(name, users);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
};
const line = (bill: ReturnType<typeof compare>["edge"], item: string) => {
  const found = bill.lines.find((each) => each.item === item);
  if (found === undefined) throw new Error(`the bill has no line ${item}`);
  return found;
};

describe("a month of a thousand people around the clock", () => {
  const { edge, container } = compare(scenario("watch-around-the-clock", 1_000), basis);

  test("takes what one takes an hour, 720,000 times, at the edge", () => {
    expect(line(edge, "Worker requests").quantity).toBeCloseTo(7_200_000, 3);
    expect(line(edge, "Room requests").quantity).toBeCloseTo(720_000 * (1 + 3), 3);
    expect(line(edge, "Rooms awake").quantity).toBeCloseTo(720_000 * 0.128, 3);
    // 14.4 million would cost $28.80 by the command.
    expect(line(edge, "Redis commands").usd).toBe(10);
    expect(line(edge, "Redis commands").explained).toMatch(/fixed plan of 0.25 GB/);
    // Somebody asks Postgres every four seconds, so it never sleeps: 720 hours of a quarter.
    expect(line(edge, "Postgres awake").quantity).toBeCloseTo(180, 3);
  });

  test("takes a process of a gigabyte and ten cores in containers", () => {
    expect(line(container, "server: memory").usd).toBeCloseTo(11, 6);
    expect(line(container, "server: CPU").usd).toBeCloseTo(200, 6);
    expect(line(container, "Egress").usd).toBeCloseTo(720 * 0.05, 6);
  });

  test("adds up to its lines", () => {
    for (const bill of [edge, container])
      expect(bill.lines.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(bill.total_usd, 9);
  });
});

test("a container that nobody uses still costs what it holds, the edge its fee", () => {
  const { edge, container } = compare(scenario("watch-evening", 1), basis);
  expect(edge.total_usd).toBe(5);
  expect(line(container, "server: memory").quantity).toBeCloseTo(0.1, 3);
  expect(line(container, "Rest of the hobby fee").usd).toBeGreaterThan(0);
});

test("a plan with a higher fee, and a dearer Postgres that sleeps sooner, are reckoned as they are", () => {
  const dear = basisOf(summary, { plan: "pro", neon: neonScale2026 });
  const quiet = scenario("watch-around-the-clock", 2);
  expect(line(compare(quiet, dear).container, "Rest of the pro fee").usd).toBeGreaterThan(10);
  // Two queries an hour keep it awake for five minutes after each, or for one.
  const awake = (each: Basis) => line(compare(quiet, each).edge, "Postgres awake").quantity;
  expect(awake(basis)).toBeCloseTo(180 * (1 - Math.exp(-2 / 12)), 6);
  expect(awake(dear)).toBeCloseTo(180 * (1 - Math.exp(-2 / 60)), 6);
});

test("several modules share one process, and each adds what its people take", () => {
  const of = (name: string) => compare(scenario(name, 100), basis).container;
  const memory = (name: string) => line(of(name), "server: memory").quantity;
  const [one, all] = [memory("watch-around-the-clock"), memory("all-around-the-clock")];
  expect(one).toBeCloseTo(0.2, 6);
  expect(all).toBeCloseTo(0.4, 6);
});

test("the cheaper side changes exactly where the crossings say", () => {
  for (const name of scenarioNames) {
    const crossings = breakEvens(scenario(name, 1), basis);
    for (const [index, { users, cheaper }] of crossings.entries()) {
      const until = crossings[index + 1]?.users ?? users * 1.5;
      const { edge, container } = compare(scenario(name, Math.sqrt(users * 1.01 * until)), basis);
      const less = edge.total_usd < container.total_usd ? "edge" : "container";
      const same = Math.abs(edge.total_usd - container.total_usd) < 1e-6;
      const now = same ? "neither" : less;
      expect(now, `${name} above ${users}`).toBe(cheaper);
    }
  }
});

test("what is raised by a tenth costs a tenth more of its own line, and the dearest comes first", () => {
  const day = scenario("watch-around-the-clock", 10_000);
  const found = sensitivities(day, basis);
  const { usd } = line(compare(day, basis).edge, "Worker requests");
  const { change_usd } = found.find(({ of }) => of === "Worker requests") ?? {};
  expect(change_usd).toBeCloseTo(usd / 10, 6);
  const { usd: memory_usd } = line(compare(day, basis).container, "server: memory");
  const memory = found.find(({ of }) => of === "Container memory");
  expect(memory).toMatchObject({ side: "container", kind: "price" });
  expect(memory?.change_usd).toBeCloseTo(memory_usd / 10, 6);
  const changes = found.map(({ change_usd }) => Math.abs(change_usd));
  expect(changes).toEqual([...changes].sort((a, b) => b - a));
});

test("no bill falls when more people come", async () => {
  await forAll(50, (random) => {
    const users = 1 + random.next() * 50_000;
    const name = random.pick(scenarioNames);
    const [few, many] = [users, users * 1.3].map((each) => compare(scenario(name, each), basis));
    expect(many?.edge.total_usd).toBeGreaterThanOrEqual(few?.edge.total_usd ?? 0);
    expect(many?.container.total_usd).toBeGreaterThanOrEqual(few?.container.total_usd ?? 0);
  });
});

test("an evening has 3.4 hours of its busiest hour's people", () => {
  expect(userHoursOfDay(scenario("watch-evening", 10))).toBeCloseTo(34, 9);
});

describe("a fitted line", () => {
  test("goes through points that lie on one", () => {
    expect(
      fitLine([
        [0, 5],
        [10, 25],
      ]),
    ).toEqual({ at: 5, by: 2 });
  });
  test("never falls, and never begins below zero", () => {
    expect(
      fitLine([
        [0, 9],
        [10, 3],
      ]),
    ).toEqual({ at: 6, by: 0 });
    expect(
      fitLine([
        [10, 0],
        [20, 100],
      ]).at,
    ).toBe(0);
  });
});

test("a fitted line goes nearest to the points that are known best", () => {
  const points = [
    [1, 10],
    [2, 20],
    [100, 500],
  ] as const;
  const even = fitLine(points);
  const { at, by } = fitLine(points, ([x]) => 1 / x);
  const far = (line: { at: number; by: number }) => Math.abs(line.at + line.by - 10);
  expect(far({ at, by })).toBeLessThan(far(even));
  // Through the origin, weighted so, it is all that there is over all who were there.
  expect(
    fitLine(
      [
        [10, 0],
        [20, 90],
      ],
      ([x]) => 1 / x,
    ),
  ).toEqual({ at: 0, by: 3 });
});

describe("what is fixed at the edge", () => {
  // As it was seen: hardly more Redis commands an hour with ten times the people.
  const measured = (hour_s: number, sampled_s: number) => {
    const runs = easyMeasurement.runs
      .filter(({ module, side }) => module === "analytics" && side === "edge")
      .flatMap((run) =>
        [100, 500, 1_000].map((users) => {
          const redis_commands = 15_000 * (sampled_s / 3_600) + 2 * users * (hour_s / 3_600);
          return { ...run, users, duration_s: hour_s, sampled_s, units: { redis_commands } };
        }),
      );
    return edgeUnits({ ...easyMeasurement, runs }, "analytics");
  };

  test("is told apart from what each person takes", () => {
    const { at, by } = measured(3_600, 3_600).perHour.redis_commands ?? { at: 0, by: 0 };
    expect(at).toBeCloseTo(15_000, 6);
    expect(by).toBeCloseTo(2, 9);
  });

  test("goes on while a run waits for its last answers, and what people take does not", () => {
    const { at, by } = measured(45, 115).perHour.redis_commands ?? { at: 0, by: 0 };
    expect(at).toBeCloseTo(15_000, 6);
    expect(by).toBeCloseTo(2, 9);
  });

  test("is billed for the hours in which anybody is there, and is named on its line", () => {
    const edge = { ...basis.edge, analytics: measured(3_600, 3_600) };
    const of = (users: number) =>
      compare(scenario("analytics-evening", users), { ...basis, edge }).edge;
    // Six hours of an evening, the busiest with 1,000 people: 3,400 hours of people.
    const fixed = 30 * 6 * 15_000;
    expect(line(of(1_000), "Redis commands").quantity).toBeCloseTo(fixed + 30 * 3_400 * 2, 3);
    expect(line(of(1_000), "Redis commands").explained).toMatch(/2\.7 million of it fixed/);
    // One person is there for 3.4 of these hours.
    expect(line(of(1), "Redis commands").quantity).toBeCloseTo(30 * 3.4 * 15_002, 3);
  });

  test("is nothing where only one number of people was measured", () => {
    const runs = easyMeasurement.runs.filter(({ users }) => users === 100);
    const { worker_requests } = edgeUnits({ ...easyMeasurement, runs }, "watch").perHour;
    expect(worker_requests).toEqual({ at: 0, by: 10 });
  });
});

test("Redis commands that the meter takes are named on their line", () => {
  const runs = easyMeasurement.runs.map((run) => ({
    ...run,
    units: { ...run.units, redis_commands_meter: run.users },
  }));
  const counted = basisOf(summaryOf({ ...easyMeasurement, runs }));
  const { edge } = compare(scenario("watch-evening", 1_000), counted);
  expect(line(edge, "Redis commands").explained).toMatch(/102,000 of it the meter’s own/);
});

test("a run's own sampled time tells how many cores were busy", () => {
  const runs = easyMeasurement.runs.map((run) => ({ ...run, sampled_s: 2 * run.duration_s }));
  const { runs: said, modules } = summaryOf({ ...easyMeasurement, runs });
  const server = said.find(({ side, users }) => side === "container" && users === 100);
  expect(server?.cpu).toBeCloseTo(0.5, 9);
  expect(modules.watch?.container.services[0]?.cpu.by).toBeCloseTo(0.01, 9);
});

describe("what people add to Postgres", () => {
  // Three kilobytes an hour for each, and half of that on the other side.
  const kept = easyMeasurement.runs.map((run) => ({
    ...run,
    stored_bytes: (run.side === "edge" ? 3_000 : 1_500) * run.users,
  }));
  const measured = summaryOf({ ...easyMeasurement, runs: kept });
  const stored = (name: string, users: number, kept_months: number) => {
    const data = { redis_gb: 0, postgres_gb: 0.1, kept_months };
    const { edge, container } = compare(scenario(name, users), basisOf(measured, { data }));
    return [
      line(edge, "Postgres storage").quantity,
      line(container, "postgres: volume").quantity,
    ] as const;
  };
  test("is billed for as many months as it is kept, on both sides", () => {
    const month_gb = (30 * 24 * 1_500 * 2_000) / 1e9;
    const [edge, container] = stored("watch-around-the-clock", 2_000, 5);
    expect(edge).toBeCloseTo(0.1 + 2 * 5 * month_gb, 6);
    expect(container).toBeCloseTo(0.1 + 5 * month_gb, 6);
  });
  test("is only what lies there anyway where nothing is kept", () => {
    expect(stored("watch-around-the-clock", 2_000, 0)).toEqual([0.1, 0.1]);
  });
  test("of several modules adds up", () => {
    const [one] = stored("match-around-the-clock", 2_000, 1);
    const [all] = stored("all-around-the-clock", 2_000, 1);
    expect(all - 0.1).toBeCloseTo(3 * (one - 0.1), 6);
  });
});

test("logs are billed by what was written, and are too much for the free plan from half a gigabyte a day", () => {
  const chatty = (bytes: number) => withUnit(basis, "watch", "log_bytes", { at: 0, by: bytes });
  const of = (bytes: number) => compare(scenario("watch-around-the-clock", 1_000), chatty(bytes));
  // 720,000 hours of people in a month.
  expect(line(of(100_000).edge, "Logs").quantity).toBeCloseTo(72, 6);
  expect(line(of(100_000).edge, "Logs").usd).toBeCloseTo(22 * 0.25, 6);
  expect(of(20_000).overFreePlan).not.toContain("Logs");
  expect(of(21_000).overFreePlan).toContain("Logs");
});

describe("Cloudflare's free plan", () => {
  const light = withUnit(basis, "watch", "cpu_ms", { at: 0, by: 100 });
  const of = (name: string, users: number) => compare(scenario(name, users), light);
  test("holds a small service, and the words say what is left to pay", () => {
    expect(of("watch-evening", 10).overFreePlan).toEqual([]);
    expect(freePlanText(of("watch-evening", 10))).toContain("would cost $0.00 a month");
  });
  test("does not hold calls that take longer than it allows", () => {
    // A second of an hour of 71 calls.
    expect(compare(scenario("watch-evening", 1), basis).overFreePlan).toEqual(["Worker CPU"]);
  });
  test("ends by the day, at the first of its limits", () => {
    // Ten requests of each hour of people: 3.4 hours of 3,000 people are above 100,000 a day.
    expect(of("watch-evening", 2_900).overFreePlan).toEqual([]);
    const over = of("watch-evening", 3_000);
    expect(over.overFreePlan).toEqual(["Worker requests"]);
    expect(freePlanText(over)).toMatch(/does not hold it: too much of worker requests\./);
  });
});

test("a module that nobody measured on both sides is named, with what to run", () => {
  const runs = easyMeasurement.runs.filter(
    ({ module, side }) => module !== "match" || side !== "edge",
  );
  const partial = basisOf(summaryOf({ ...easyMeasurement, runs }));
  expect(() => compare(scenario("match-evening", 10), partial)).toThrow(/match.*bench/s);
  expect(compare(scenario("watch-evening", 10), partial).edge.total_usd).toBeGreaterThan(0);
});

describe("Postgres", () => {
  const awake_h = (day: readonly number[], queries: number, cpu_ms = 0) => {
    const by = (amount: number) => ({ at: 0, by: amount });
    const perHour = { sql_round_trips: by(queries) };
    const outside = { stored_bytes: by(0), log_bytes: by(0) };
    const watch = { perHour, cpu_ms: by(0), postgresCpu_ms: by(cpu_ms), ...outside };
    const edge = { ...basis.edge, watch };
    const bill = compare({ modules: ["watch"], day, users: 1 }, { ...basis, edge }).edge;
    return line(bill, "Postgres awake").quantity / 0.25 / 30;
  };
  const oneHour = Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 1 : 0));

  test("asked all through one hour stays awake five minutes into the next", () => {
    expect(awake_h(oneHour, 1e6)).toBeCloseTo(1 + 5 / 60, 4);
  });

  test("asked once in a while is awake for what was asked, wherever midnight falls", () => {
    // Ten queries a thousandth as often: each five minutes, hardly ever together.
    expect(awake_h(oneHour, 0.01)).toBeCloseTo((0.01 * 5) / 60, 5);
  });

  test("is billed for the cores its queries keep busy when they are more than the smallest computer", () => {
    const allDay = Array.from({ length: 24 }, () => 1);
    expect(awake_h(allDay, 1e6, 3_600_000 / 2)).toBeCloseTo(24 * 2, 4);
    expect(awake_h(allDay, 1e6, 3_600_000 / 8)).toBeCloseTo(24, 4);
  });
});

test("a bill read from somebody's own dashboard is reckoned as it is, whoever comes", () => {
  const own = {
    services: [{ name: "services", memory_gb: 1.2, cpu: 0.1, volume_gb: 0 }],
    egress_gb: 10,
  };
  const of = (users: number) =>
    compare(scenario("watch-evening", users), { ...basis, ownContainer: own }).container.total_usd;
  expect(of(10)).toBeCloseTo(12 + 2 + 0.5, 9);
  expect(of(100_000)).toBe(of(10));
});
