import { readdir, readFile } from "node:fs/promises";

/** The kernel counts processor time in these, whatever the machine (`getconf CLK_TCK`). */
const ticks_per_s = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpu_s: number;
  readonly command: string;
}

/**
 * Processor time a process and all it started have used, in seconds, from `/proc` (Linux alone).
 * What has ended meanwhile is counted with its parent.
 */
export async function cpuOf_s(pid: number): Promise<number> {
  const all = await processes();
  let sum_s = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    sum_s += all.get(next)?.cpu_s ?? 0;
    for (const one of all.values()) if (one.parent === next) waiting.push(one.pid);
  }
  return sum_s;
}

/** The child of a process whose command line holds a text. @throws Error when there is none */
export async function childWith(parent: number, text: string): Promise<number> {
  for (const one of (await processes()).values())
    if (one.parent === parent && one.command.includes(text)) return one.pid;
  throw new Error(`process ${parent} has no child with "${text}" in its command line`);
}

async function processes(): Promise<ReadonlyMap<number, Process>> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(names.map((name) => processOf(Number(name))));
  return new Map(read.flatMap((one) => (one === undefined ? [] : [[one.pid, one]])));
}

/** @returns undefined for a process that has just ended */
async function processOf(pid: number): Promise<Process | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
    // The name stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (number: number) => Number(fields[number - 3]);
    // 4: parent, 14 to 17: own time and that of children that have ended.
    const ticks = field(14) + field(15) + field(16) + field(17);
    return { pid, parent: field(4), cpu_s: ticks / ticks_per_s, command };
  } catch {
    return undefined;
  }
}
