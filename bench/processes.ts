import { readdir, readFile } from "node:fs/promises";

/** The kernel counts processor time in these, whatever the machine (`getconf CLK_TCK`). */
const ticks_per_s = 100;
/** Size of a page of memory on the machines this runs on (`getconf PAGESIZE`). */
const page_bytes = 4_096;

/** What the kernel says of one process (Linux alone). */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Processor time so far, that of its children that have ended among it. */
  readonly cpu_s: number;
  /** Memory it holds now, and how much of that it may share with others. */
  readonly rss_bytes: number;
  readonly shared_bytes: number;
  readonly command: string;
}
export type ProcessTable = ReadonlyMap<number, Process>;

/** A process and all it started, as long as they live. */
export function treeOf(table: ProcessTable, root: number): readonly Process[] {
  const found: Process[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const one = table.get(next);
    if (one !== undefined) found.push(one);
    for (const child of table.values()) if (child.parent === next) waiting.push(child.pid);
  }
  return found;
}

/**
 * Processor time a process and all it started have used, in seconds, from `/proc` (Linux alone).
 * What has ended meanwhile is counted with its parent.
 */
export async function cpuOf_s(pid: number): Promise<number> {
  return treeOf(await processes(), pid).reduce((sum_s, { cpu_s }) => sum_s + cpu_s, 0);
}

/** The child of a process whose command line holds a text. @throws Error when there is none */
export async function childWith(parent: number, text: string): Promise<number> {
  for (const one of (await processes()).values())
    if (one.parent === parent && one.command.includes(text)) return one.pid;
  throw new Error(`process ${parent} has no child with "${text}" in its command line`);
}

/** Everything that runs now. */
export async function processes(): Promise<ProcessTable> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(names.map((name) => processOf(Number(name))));
  return new Map(read.flatMap((one) => (one === undefined ? [] : [[one.pid, one]])));
}

/** @returns undefined for a process that has just ended */
async function processOf(pid: number): Promise<Process | undefined> {
  try {
    const of = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8");
    const [stat, statm, command] = await Promise.all([of("stat"), of("statm"), of("cmdline")]);
    // The name stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (number: number) => Number(fields[number - 3]);
    // 4: parent, 14 to 17: own time and that of children that have ended.
    const ticks = field(14) + field(15) + field(16) + field(17);
    const [, resident = 0, shared = 0] = statm.split(" ").map(Number);
    return {
      pid,
      parent: field(4),
      cpu_s: ticks / ticks_per_s,
      rss_bytes: resident * page_bytes,
      shared_bytes: shared * page_bytes,
      command,
    };
  } catch {
    return undefined;
  }
}
