import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const root = resolve(import.meta.dirname, "../..");
const ready_ms_max = 120_000;

/**
 * How long `npm start` takes until everything answers: the first time, with the site unbuilt and no
 * database, and afterwards. From the start of the process to the line that says it is ready.
 */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const repeats = Number(args[0] ?? 3);
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-"));
  try {
    for (const made of ["dist", "node_modules/.cache/offrail"])
      await rm(join(root, made), { recursive: true, force: true });
    const first_s = await startOnce(folder);
    const again_s: number[] = [];
    for (let count = 0; count < repeats; count++) again_s.push(await startOnce(folder));
    return { first_start_s: rounded(first_s), next_start_p50_s: rounded(percentile(again_s, 0.5)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startOnce(folder: string): Promise<number> {
  const began_ms = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, PORT: "0", OFFRAIL_FOLDER: folder },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const exited = once(child, "exit");
  const seconds = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("npm start was not ready in time")),
      ready_ms_max,
    );
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      process.stderr.write(chunk);
      said += chunk.toString();
      if (!said.includes("Ready in")) return;
      clearTimeout(timer);
      resolve((performance.now() - began_ms) / 1000);
    });
    child.once("exit", () => reject(new Error("npm start ended before it was ready")));
  });
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  await exited;
  return seconds;
}
