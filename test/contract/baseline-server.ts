import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { startEngine } from "../../local/redis/engine.ts";
import { findOnPath } from "../../local/redis/path.ts";
import { testKeysSetting } from "../conformance/keys.ts";
import { findPostgres, startPostgresServer } from "./postgres-server.ts";

const folder = resolve(import.meta.dirname, "../../baseline");
const ready_ms_max = 30_000;
const postgres = await findPostgres();
const redis = await findOnPath("redis-server");

/** Whether this machine has what the old design runs on; without it there is nothing to be tested. */
export const hasBaselineParts = postgres !== undefined && redis !== undefined;
if (!hasBaselineParts)
  console.warn("redis-server or PostgreSQL is missing: the old design was not tried");

/** A Redis and a PostgreSQL for the old design. */
export interface BaselineParts {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** @throws Error when the machine does not have them, see `hasBaselineParts` */
export async function startBaselineParts(): Promise<BaselineParts> {
  if (postgres === undefined) throw new Error("there is no PostgreSQL on this machine");
  const data = await mkdtemp(join(tmpdir(), "offrail-baseline-"));
  const engine = await startEngine({ folder: data, engine: "redis-server" });
  const database = await startPostgresServer(postgres);
  return {
    redisUrl: engine.url,
    databaseUrl: database.url,
    async stop() {
      await Promise.all([engine.stop(), database.stop()]);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The old design as a process of its own, with the V8 flags of a plan. */
export class BaselineServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** @param settings beside its own; the suite asks more often than one address may */
  static async start(
    parts: BaselineParts,
    settings: Readonly<Record<string, string>> = {},
    plan = "start:1gb",
  ): Promise<BaselineServer> {
    const child = spawn(process.execPath, await commandOf(plan), {
      cwd: folder,
      env: {
        ...process.env,
        PORT: "0",
        REDIS_URL: parts.redisUrl,
        DATABASE_URL: parts.databaseUrl,
        ROOM_TOKEN_KEYS: testKeysSetting,
        RATE_LIMIT_MAX_REQUESTS: "100000",
        ...settings,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    // A test run that ends without its clean-up must not leave it behind.
    const onExit = () => child.kill("SIGKILL");
    process.once("exit", onExit);
    child.once("exit", () => process.off("exit", onExit));
    return new BaselineServer(child, await addressFrom(child));
  }

  /** Ends it as a deployment does, and waits until it is gone. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exited;
    return this.#child.exitCode;
  }
}

/** The arguments of `node` in a start script. */
async function commandOf(plan: string): Promise<string[]> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const { scripts } = JSON.parse(text) as { scripts: Readonly<Record<string, string>> };
  const [program, ...args] = (scripts[plan] ?? "").split(" ");
  if (program !== "node") throw new Error(`${plan} does not start node`);
  return args;
}

async function addressFrom(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("the baseline has no output");
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("the baseline was not ready in time"));
    }, ready_ms_max);
    child.once("exit", (code) => reject(new Error(`the baseline ended with ${code}`)));
    createInterface({ input: stdout }).on("line", (line) => {
      const [, url] = /^listening on (\S+)$/.exec(line) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}
