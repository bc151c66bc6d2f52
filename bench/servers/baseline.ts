import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Stores } from "./stores.ts";

const folder = resolve(import.meta.dirname, "../../baseline");
const ready_ms_max = 30_000;
/** The old design as a process of its own, with the V8 flags of a plan. */
export class BaselineServer {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.pid = child.pid ?? 0;
  }

  /** @param settings over these; all comes from one address here, which asks more often than one may */
  static async start(
    { redisUrl, databaseUrl }: Pick<Stores, "redisUrl" | "databaseUrl">,
    settings: Readonly<Record<string, string>> = {},
    plan = "start:1gb",
  ): Promise<BaselineServer> {
    const child = spawn(process.execPath, await commandOf(plan), {
      cwd: folder,
      env: {
        ...process.env,
        PORT: "0",
        REDIS_URL: redisUrl,
        DATABASE_URL: databaseUrl,
        ROOM_TOKEN_KEYS: `own:${randomBytes(16).toString("hex")}`,
        RATE_LIMIT_MAX_REQUESTS: "100000",
        ...settings,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    // A run that ends without its clean-up must not leave it behind.
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
