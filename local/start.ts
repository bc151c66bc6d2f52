import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { type Stack, startStack } from "./stack.ts";
import { addressTable } from "./table.ts";

/** `npm start`: the whole product on this machine until Ctrl-C. */

const parent_check_ms = 1_000;
const folder = resolve(process.env.OFFRAIL_FOLDER ?? join(import.meta.dirname, "..", ".local"));
const runFile = join(folder, "run.json");

const port = Number(process.env.PORT ?? 8787);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT must be a whole number from 0 to 65535, but is "${process.env.PORT}".`);
  process.exit(1);
}

let stack: Stack | undefined;
let stopping = false;

async function stop(why: string, code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log(`\n${why}: stopping.`);
  // A start under way stops its own parts when this process goes: their IPC channel closes.
  await stack?.stop();
  await rm(runFile, { force: true });
  process.exit(code);
}

process.on("SIGINT", () => void stop("Ctrl-C", 0));
process.on("SIGTERM", () => void stop("Asked to end", 0));
process.on("SIGHUP", () => void stop("The terminal closed", 0));
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void stop("The process that started this is gone", 0);
}, parent_check_ms).unref();

const began_ms = performance.now();
try {
  stack = await startStack({
    folder,
    ports: { site: port, redis: 8079, postgres: 4444 },
    redisUrl: process.env.REDIS_URL || undefined,
    databaseUrl: process.env.DATABASE_URL || undefined,
    progress: (line) => {
      console.log(`  ${((performance.now() - began_ms) / 1000).toFixed(1).padStart(5)} s  ${line}`);
    },
  });
  const { url, redis, postgres } = stack;
  await writeFile(runFile, JSON.stringify({ pid: process.pid, url, redis, postgres }, null, 2), {
    mode: 0o600,
  });
  console.log(addressTable(stack, port));
  console.log(`Ready in ${((performance.now() - began_ms) / 1000).toFixed(1)} s. Ctrl-C stops it.`);
} catch (error) {
  if (!stopping) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
