import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** What of a suite did not pass: a test, or a file that did not get as far as its tests. */
export interface Failure {
  /** From the root of the repository. */
  readonly file: string;
  /** The test's whole name, as `-t` looks for it; undefined for a file. */
  readonly name?: string;
  /** Names a seed: it fails again for whoever replays it, so that another try would prove nothing. */
  readonly seeded: boolean;
}

export interface Counts {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

interface Report {
  readonly numPassedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Reads what Vitest's JSON reporter wrote; a report that is not there counts nothing. @param root of the repository */
export async function readReport(path: string, root: string): Promise<Counts> {
  const report = JSON.parse(await readFile(path, "utf8").catch(() => "{}")) as Report;
  return {
    passed: report.numPassedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: failuresOf(report, root),
  };
}

function failuresOf({ testResults = [] }: Report, root: string): Failure[] {
  return testResults.flatMap(({ name, status, message = "", assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0)
      return status === "failed" ? [{ file, seeded: isSeeded(message) }] : [];
    return failed.map((test) => ({
      file,
      name: test.fullName,
      seeded: isSeeded((test.failureMessages ?? []).join("\n")),
    }));
  });
}

function isSeeded(message: string): boolean {
  return /replay with SEED/.test(message);
}

/**
 * Vitest's arguments for a second try of what failed; undefined when a second try would prove nothing,
 * or when so much failed that it is no accident.
 */
export function secondTry(failures: readonly Failure[]): string[] | undefined {
  if (failures.length === 0 || failures.length > secondTries_max) return undefined;
  if (failures.some((failure) => failure.seeded)) return undefined;
  const files = [...new Set(failures.map((failure) => failure.file))];
  const names = failures.map((failure) => failure.name);
  // A file that fell before its tests has no names to look for: then all of the files are run.
  if (!names.every((name) => name !== undefined)) return files;
  return [...files, "-t", `^(${names.map(escaped).join("|")})$`];
}

const secondTries_max = 5;

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A line for people. */
export function failureLine({ file, name }: Failure): string {
  return name === undefined ? file : `${file} > ${name}`;
}
