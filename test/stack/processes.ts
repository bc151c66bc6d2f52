import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

const root = resolve(import.meta.dirname, "../..");
const ready_ms_max = 60_000;

/** `npm start` as a person runs it, with data in a folder of its own. */
export interface StartedProduct {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  /** All it has printed so far. */
  output(): string;
  /** Resolves once the output holds a text, rejects when the process ends first. */
  said(text: string): Promise<void>;
  /** Where the site is, from the printed table. */
  url(): string;
}

/** A data folder for one test file, and its removal. */
export async function dataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "offrail-stack-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the product. `through` is a shell that stays its parent, so that the parent can be killed. */
export function startProduct(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  through?: readonly [string, ...string[]],
): StartedProduct {
  const command = [process.execPath, join(root, "local/start.ts")];
  const [file = "", ...args] = through ? [...through, `${command.join(" ")}; exit $?`] : command;
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, PORT: "0", OFFRAIL_FOLDER: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const keep = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const exited = once(child, "exit");
  const said = (wanted: string) =>
    until(`"${wanted}" to be printed`, () => {
      if (text.includes(wanted)) return true;
      if (child.exitCode !== null)
        throw new Error(`it ended before printing "${wanted}":\n${text}`);
      return false;
    });
  const url = () => /Site\s+(http:\S+)/.exec(text)?.[1] ?? "";
  return { child, exited, output: () => text, said, url };
}

/** Process ids of everything that mentions the folder on its command line or descends from a pid. */
export function processesOf(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found: number[] = [];
  const visit = (parent: number) => {
    for (const [child, of] of table)
      if (of === parent && !found.includes(child)) {
        found.push(child);
        visit(child);
      }
  };
  visit(pid);
  return found;
}

/** Whether a process is still there, not counting one that only waits to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).trim();
    return state !== "" && !state.startsWith("Z");
  } catch {
    return false;
  }
}

/** Polls a condition until it holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline_ms = performance.now() + ready_ms_max;
  while (!(await holds())) {
    if (performance.now() > deadline_ms) throw new Error(`waited in vain for ${what}`);
    await delay(50);
  }
}
