import { readdir, readFile } from "node:fs/promises";

/** The kernel counts processor time in these (`getconf CLK_TCK`). */
const ticks_per_s = 100;

/**
 * Processor time that the workerds below a process have used, in microseconds, from `/proc` (Linux
 * alone).
 */
export async function workerdCpu_us(ancestor: number): Promise<number> {
  const found = await Promise.all(
    (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map((pid) => statOf(pid)),
  );
  const all = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.pid, one]])));
  let ticks = 0;
  for (const one of all.values()) {
    if (one.name !== "workerd") continue;
    for (let at = all.get(one.parent), up = 0; at !== undefined && up < 20; up += 1) {
      if (at.pid === ancestor) ticks += one.ticks;
      at = all.get(at.parent);
    }
  }
  return (ticks / ticks_per_s) * 1_000_000;
}

async function statOf(pid: string) {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    // Fields are counted from behind the name, which may hold anything: 4 parent, 14 and 15 time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (number: number) => Number(fields[number - 3]);
    return { pid: Number(pid), parent: field(4), ticks: field(14) + field(15), name };
  } catch {
    return undefined;
  }
}
