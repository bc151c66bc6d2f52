import { expect, test } from "vitest";
import { type Measurement, measurementSchema, type Run } from "../../../cost/measured.ts";
import { mergeRuns } from "./merge.ts";

const run = (module: Run["module"], side: Run["side"], users: number, p50 = 1): Run => ({
  module,
  side,
  users,
  duration_s: 60,
  processes: [],
  bytes_out: 0,
  latency_ms: { p50, p95: 2, p99: 3 },
  requests: { sent: 1, failed: 0 },
  units: {},
});
const of = (runs: readonly Run[], before?: Measurement) =>
  mergeRuns(
    before,
    { date: "2026-01-01", machine: { cpus: 2, memory_gb: 8 }, versions: { node: "24" } },
    runs,
  );

test("a run takes the place of the one of its module, side and number of people alone", () => {
  const before = of([
    run("watch", "edge", 100),
    run("watch", "container", 100),
    run("match", "edge", 100),
  ]);
  const merged = of([run("watch", "edge", 100, 9), run("watch", "edge", 500)], before);
  expect(
    merged.runs.map(({ module, side, users, latency_ms }) => [module, side, users, latency_ms.p50]),
  ).toEqual([
    ["match", "edge", 100, 1],
    ["watch", "container", 100, 1],
    ["watch", "edge", 100, 9],
    ["watch", "edge", 500, 1],
  ]);
  measurementSchema.parse(merged);
});

test("each run keeps how it was measured, whatever others were measured with", () => {
  const how = (commit: string) => ({
    ...{ commit, versions: { node: commit }, warm_s: 10, rounds: 1, round: 1 },
  });
  const before = of([{ ...run("watch", "edge", 100), how: how("old"), sampled_s: 61 }]);
  const merged = of([{ ...run("match", "edge", 100), how: how("new"), sampled_s: 70 }], before);
  const read = measurementSchema.parse(JSON.parse(JSON.stringify(merged)));
  expect(read.runs.map(({ module, how, sampled_s }) => [module, how?.commit, sampled_s])).toEqual([
    ["match", "new", 70],
    ["watch", "old", 61],
  ]);
});

test("runs of several rounds stay together, and go together when they are measured anew", () => {
  const twice = of([run("watch", "edge", 100), run("watch", "edge", 100, 2)]);
  expect(twice.runs).toHaveLength(2);
  expect(of([run("watch", "edge", 100, 3)], twice).runs).toHaveLength(1);
});

test("versions that only the earlier runs knew are kept", () => {
  const before = { ...of([run("watch", "edge", 1)]), versions: { redis: "7", node: "20" } };
  expect(of([run("match", "edge", 1)], before).versions).toEqual({ redis: "7", node: "24" });
});
