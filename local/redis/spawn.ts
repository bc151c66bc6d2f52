import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface RedisProcess {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** What it said last, in one line, for a person who wonders why it ended. */
  lastWords(): string;
  /** Lets it write its data and waits until it is gone; by force when that takes too long. */
  stop(): Promise<void>;
  /** Ends it at once; what it had not yet written to its file is lost. */
  kill(): void;
}

type Keeper = ChildProcessByStdio<Writable, Readable, Readable>;

const stop_ms_max = 3_000;
const lines_kept = 20;
const line_length_max = 300;

/**
 * Starts redis-server under a keeper that ends it when this process is gone, even by SIGKILL.
 * @throws Error when it cannot be run at all
 */
export async function spawnRedis(program: string, args: readonly string[]): Promise<RedisProcess> {
  const keeper = fileURLToPath(new URL("./keeper.sh", import.meta.url));
  // A session of its own: Ctrl-C in the terminal must not end Redis before those who still use it.
  const child: Keeper = spawn("/bin/sh", [keeper, program, ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const exited = once(child, "exit").then(
    () => {},
    () => {},
  );
  child.stdin.on("error", () => {}); // the keeper may be gone before we close the pipe
  const lines = keepLines(child.stderr);
  const pid = await firstNumber(child.stdout, exited);
  if (pid === undefined) throw new Error(`${program} cannot be run: ${lines.join(" ")}`);
  const stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => kill(pid), stop_ms_max);
    await exited;
    clearTimeout(timer);
  };
  return { pid, exited, stop, kill: () => kill(pid), lastWords: () => lastWords(lines) };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function keepLines(stream: Readable): string[] {
  const kept: string[] = [];
  createInterface({ input: stream }).on("line", (line) => {
    if (line.trim() !== "") kept.push(line.slice(0, line_length_max));
    if (kept.length > lines_kept) kept.shift();
  });
  return kept;
}

function firstNumber(stream: Readable, ended: Promise<void>): Promise<number | undefined> {
  const lines = createInterface({ input: stream });
  const read = once(lines, "line").then(([line]) => Number(line) || undefined);
  return Promise.race([read, ended.then(() => undefined)]);
}

/** The last line without Redis's own prefix (`1234:M 21 Nov 2026 10:00:00.000 # `). */
function lastWords(lines: readonly string[]): string {
  const last = lines.at(-1) ?? "";
  return last.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ [#*.-] /, "").trim();
}
