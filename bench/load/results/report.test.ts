import { expect, test } from "vitest";
import { type Measurement, measurementSchema, type Run } from "../../../cost/measured.ts";
import { chartsOf } from "./charts.ts";
import { figuresOf } from "./figures.ts";
import { reportOf, verdicts } from "./report.ts";

const mb = 1e6;
const run = (side: Run["side"], more: Partial<Run> = {}): Run => ({
  module: "match",
  side,
  users: 100,
  duration_s: 36,
  processes: [
    {
      name: side === "edge" ? "worker" : "server",
      cpu_s: 2,
      rss_bytes_mean: 100 * mb,
      rss_bytes_peak: 150 * mb,
    },
    { name: "redis", cpu_s: 1, rss_bytes_mean: 10 * mb, rss_bytes_peak: 12 * mb },
    ...(side === "edge"
      ? [
          {
            name: "gateways" as const,
            cpu_s: 50,
            rss_bytes_mean: 500 * mb,
            rss_bytes_peak: 500 * mb,
          },
        ]
      : []),
  ],
  bytes_out: 5_000,
  latency_ms: { p50: 1, p95: 10, p99: 20 },
  requests: { sent: 1_000, failed: 0 },
  units: side === "edge" ? { worker_requests: 7 } : {},
  ...more,
});
const measurement = (runs: readonly Run[]): Measurement =>
  measurementSchema.parse({
    date: "2026-01-01",
    machine: { cpus: 2, memory_gb: 8 },
    versions: { node: "24.0.0" },
    runs,
  });
const behaviours = { watch: "Watches.", match: "Calls.", analytics: "Plays." };

test("figures are of an hour of one person, and the gateways are in none of them", () => {
  const [edge] = figuresOf([run("edge")]);
  expect(edge).toMatchObject({
    cpu_sPerUserHour: 3,
    memory_mb: 110,
    memoryPeak_mb: 162,
    bytes_downPerUserHour: 5_000,
    answers: 1_000,
    unitsPerUserHour: { worker_requests: 7 },
  });
});

test("rounds of one kind come to one figure", () => {
  const slow = run("edge", { latency_ms: { p50: 3, p95: 30, p99: 60 } });
  expect(figuresOf([run("edge"), slow])).toEqual([
    expect.objectContaining({ p50_ms: 2, p95_ms: 20, answers: 2_000, cpu_sPerUserHour: 3 }),
  ]);
});

test("the words name whoever is clearly better, and nobody within a tenth", () => {
  const slow = run("container", { latency_ms: { p50: 1, p95: 25, p99: 60 } });
  const [said = ""] = verdicts(figuresOf([run("edge"), slow]));
  expect(said).toContain("Offrail answers sooner (p95) (10 against 25)");
  expect(said).toContain("neither side clearly takes less processor time");
  expect(said).not.toContain("too few");
});

test("nobody is said to answer sooner by fewer than 200 answers, and failures are no answers", () => {
  const quick = run("container", { latency_ms: { p50: 1, p95: 4, p99: 4 } });
  const of = (sent: number, failed: number) =>
    verdicts(figuresOf([run("edge", { requests: { sent, failed } }), quick]))[0];
  expect(of(200, 0)).toContain("the old design answers sooner (p95) (4 against 10)");
  for (const [sent, failed] of [
    [199, 0],
    [300, 101],
  ] as const) {
    expect(of(sent, failed)).not.toContain("answers sooner (p95)");
    expect(of(sent, failed)).toContain("too few answers to say who answers sooner (199 and 1000)");
  }
});

test("the report says of each run how it was measured, and which of them is to be doubted", () => {
  const how = { commit: "abc123+", versions: { redis: "7.0" }, warm_s: 10, rounds: 3, round: 2 };
  const runs = [run("edge", { how, sampled_s: 47.5 }), run("container")];
  const text = reportOf(measurement(runs), behaviours, []);
  expect(text).toContain("| 100 | edge | abc123+ | 36 | 47.5 | 10 | 2 of 3 | redis 7.0 |");
  expect(text).toContain("| 100 | container | not noted | 36 | not noted |");
  // A thousand answers of people in rooms, and not one message to a room.
  expect(text).toMatch(/To be doubted\n\n- edge, 100 people: 1000 answers, and no room counted/);
  const heard = run("edge", { units: { socket_messages_in: 3 } });
  expect(reportOf(measurement([heard]), behaviours, [])).not.toContain("To be doubted");
});

test("bytes are those of the wire where it was counted, and payload stands beside them", () => {
  const [one] = figuresOf([run("container", { wire_bytes: { down: 2_000, up: 1_000 } })]);
  expect(one).toMatchObject({ bytes_downPerUserHour: 2_000, payload_bytesPerUserHour: 5_000 });
});

test("the report has both sides, the document's figures, what failed, and each chart", () => {
  const failed = run("container", {
    requests: { sent: 9, failed: 2 },
    failures: { "match: lost": 2 },
  });
  const text = reportOf(measurement([run("edge"), failed]), behaviours, ["cpu", "latency"]);
  expect(text).toContain("Calls.");
  expect(text).toContain("| 100 | 90 | 145 | 14 |");
  expect(text).toContain("12 KB instead of 36 KB");
  expect(text).toContain("container, 100 people: match: lost, 2 times");
  expect(text).toContain("![cpu](2026-01-01-cpu.svg)");
  expect(text).toContain("2 processors and 8 GB");
});

test("charts say what they show, with names, axes and the values of bars", () => {
  const charts = chartsOf(figuresOf([run("edge"), run("container")]));
  expect(Object.keys(charts)).toEqual(["cpu", "memory", "latency", "units"]);
  for (const svg of Object.values(charts)) {
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+">/);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
  expect(charts.memory).toContain("Its document says: 145");
  expect(charts.cpu).toContain("CPU-seconds per user-hour");
});
