import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Failure, failureLine, readReport, secondTry } from "../report.ts";

const root = "/repository";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offrail-report-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function reportOf(report: object) {
  const path = join(folder, "report.json");
  await writeFile(path, JSON.stringify(report));
  return readReport(path, root);
}

const failing = (fullName: string, message = "") => ({
  fullName,
  status: "failed",
  failureMessages: [message],
});

describe("what a suite's report tells", () => {
  test("counts, and each test that failed with its file", async () => {
    const counts = await reportOf({
      numPassedTests: 3,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [
        {
          name: `${root}/test/a.test.ts`,
          status: "failed",
          assertionResults: [failing("a story ends well"), { fullName: "b", status: "passed" }],
        },
      ],
    });
    expect(counts).toEqual({
      passed: 3,
      skipped: 2,
      failures: [{ file: "test/a.test.ts", name: "a story ends well", seeded: false }],
    });
    expect(counts.failures.map(failureLine)).toEqual(["test/a.test.ts > a story ends well"]);
  });

  test("a file that fell before its first test is a failure without a name", async () => {
    const { failures } = await reportOf({
      testResults: [{ name: `${root}/b.test.ts`, status: "failed", assertionResults: [] }],
    });
    expect(failures).toEqual([{ file: "b.test.ts", seeded: false }]);
  });

  test("a report that was never written counts nothing", async () => {
    const counts = await readReport(join(folder, "none.json"), root);
    expect(counts).toEqual({ passed: 0, skipped: 0, failures: [] });
  });
});

describe("a second try", () => {
  const failure = (name?: string): Failure => ({
    file: "a.test.ts",
    seeded: false,
    ...(name === undefined ? {} : { name }),
  });

  test("looks for the very tests that failed", () => {
    expect(secondTry([failure("is 1 (one)"), failure("b")])).toEqual([
      "a.test.ts",
      "-t",
      "^(is 1 \\(one\\)|b)$",
    ]);
  });

  test("runs a whole file that fell before its first test", () => {
    expect(secondTry([failure("b"), failure()])).toEqual(["a.test.ts"]);
  });

  test("is not made when nothing failed, when too much did, or when a seed replays it", async () => {
    expect(secondTry([])).toBeUndefined();
    expect(secondTry(["1", "2", "3", "4", "5", "6"].map((name) => failure(name)))).toBeUndefined();
    const { failures } = await reportOf({
      testResults: [
        {
          name: `${root}/a.test.ts`,
          status: "failed",
          assertionResults: [failing("a property", "Error: run 3 failed; replay with SEED=5")],
        },
      ],
    });
    expect(secondTry(failures)).toBeUndefined();
  });
});
