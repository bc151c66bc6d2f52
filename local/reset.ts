import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

/** `npm run reset`: forgets all local data, unless the stack that uses it is running. */

const root = resolve(import.meta.dirname, "..");
const folder = resolve(process.env.OFFRAIL_FOLDER ?? join(root, ".local"));

const running = await runningPid();
if (running !== undefined) {
  console.error(`The local stack is running (process ${running}). Stop it with Ctrl-C first.`);
  process.exit(1);
}
await rm(folder, { recursive: true, force: true });
await rm(join(root, "dist"), { recursive: true, force: true });
console.log(
  "Local data and built files are gone. A database or Redis of your own was not touched.",
);

async function runningPid(): Promise<number | undefined> {
  const text = await readFile(join(folder, "run.json"), "utf8").catch(() => "{}");
  const pid = Number((JSON.parse(text) as { pid?: unknown }).pid);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
