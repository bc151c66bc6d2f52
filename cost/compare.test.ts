import { describe, expect, test } from "vitest";
import { forAll } from "../platform/testing/random.ts";
import { type Basis, basisOf, breakEvens, compare } from "./compare.ts";
import { scenarioNames, scenarioOf, userHoursOfDay } from "./scenario.ts";
import { sensitivities } from "./sensitivity.ts";
import { neonScale2026 } from "./sheets/neon.ts";
import { summaryOf } from "./summary.ts";
import { easyMeasurement } from "./testing/easy.ts";
import { fitLine } from "./units.ts";

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
    const watch = { perUserHour: { sql_round_trips: queries }, cpu_ms: 0, postgresCpu_ms: cpu_ms };
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
