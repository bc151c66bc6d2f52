import { describe, expect, test } from "vitest";
import { forAll } from "../platform/testing/random.ts";
import { type Basis, basisOf, breakEvens, compare } from "./compare.ts";
import { type Measurement, measuredModules, measurementSchema } from "./measured.ts";
import { scenarioNames, scenarioOf, userHoursOfDay } from "./scenario.ts";
import { sensitivities } from "./sensitivity.ts";
import { neonScale2026 } from "./sheets/neon.ts";
import { fitLine } from "./units.ts";

const hour_s = 3_600;
const mb = 1e6;

/** A machine on which everything is easy to reckon: one message a person and minute, and so on. */
const measurement: Measurement = measurementSchema.parse({
  date: "2026-01-01",
  machine: { cpus: 2, memory_gb: 8 },
  versions: {},
  runs: measuredModules.flatMap((module) =>
    [100, 200].flatMap((users) => [
      {
        module,
        side: "edge",
        users,
        duration_s: hour_s,
        processes: [
          { name: "worker", cpu_s: users, rss_bytes_peak: 300 * mb, rss_bytes_mean: 200 * mb },
        ],
        bytes_out: 0,
        latency_ms: { p50: 1, p95: 2, p99: 3 },
        requests: { sent: users, failed: 0 },
        units: {
          worker_requests: users * 10,
          socket_messages_in: users * 60,
          room_requests: users,
          room_awake_ms: users * 1_000,
          rows_written: users * 5,
          redis_commands: users * 20,
          sql_round_trips: users,
        },
      },
      {
        module,
        side: "container",
        users,
        duration_s: hour_s,
        processes: [
          {
            name: "server",
            cpu_s: users * 36,
            rss_bytes_peak: 500 * mb,
            rss_bytes_mean: (100 + users) * mb,
          },
        ],
        bytes_out: users * mb,
        latency_ms: { p50: 1, p95: 2, p99: 3 },
        requests: { sent: users, failed: 0 },
        units: {},
      },
    ]),
  ),
});
const basis: Basis = basisOf(measurement);
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
  const dear = basisOf(measurement, { plan: "pro", neon: neonScale2026 });
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
      const now = edge.total_usd <= container.total_usd ? "edge" : "container";
      expect(now, `${name} above ${users}`).toBe(cheaper);
    }
  }
});

test("what is raised by a tenth costs a tenth more of its own line, and the dearest comes first", () => {
  const day = scenario("watch-around-the-clock", 10_000);
  const found = sensitivities(day, basis);
  const { usd } = line(compare(day, basis).edge, "Worker requests");
  const { change_usd } = found.find(({ of }) => of === "cloudflare workerRequests") ?? {};
  expect(change_usd).toBeCloseTo(usd / 10, 6);
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

test("a module that nobody measured is named, with what to run", () => {
  const runs = measurement.runs.filter(({ module }) => module !== "match");
  expect(() => basisOf({ ...measurement, runs })).toThrow(/no edge run of match.*bench/s);
});
