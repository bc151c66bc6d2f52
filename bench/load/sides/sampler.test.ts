import { expect, test } from "vitest";
import type { Process } from "../../processes.ts";
import { takenBy } from "./sampler.ts";

const table = (...all: readonly Omit<Process, "command">[]) =>
  new Map(all.map((one) => [one.pid, { ...one, command: "" }]));
const of = (pid: number, parent: number, rss_bytes: number, shared_bytes: number) => ({
  pid,
  parent,
  cpu_s: 1,
  rss_bytes,
  shared_bytes,
});

test("a process is measured with all it started, and shared memory counts once", () => {
  const all = table(of(1, 0, 100, 80), of(2, 1, 90, 80), of(3, 2, 30, 10), of(9, 0, 1_000, 0));
  expect(takenBy(all, [1])).toEqual({ cpu_s: 3, rss_bytes: 20 + 10 + 20 + 80 });
});

test("several roots add up, and one that has ended takes nothing", () => {
  const all = table(of(1, 0, 100, 40), of(2, 0, 100, 40));
  expect(takenBy(all, [1, 2, 7])).toEqual({ cpu_s: 2, rss_bytes: 200 });
});
