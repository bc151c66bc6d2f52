import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../../process/port.ts";
import { type Engine, type EngineLimits, type Login, loginUrl } from "../engine.ts";
import type { Interrupt } from "../lease.ts";
import { SessionPool } from "../pool.ts";
import { defaultCache } from "./data-folder.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { PgliteSupervisor } from "./supervisor.ts";

export interface PgliteEngineOptions {
  /** Holds the data, the lock and the password. */
  readonly folder: string;
  /** Port of the wire protocol; another free one is taken if it is in use, 0 for any. */
  readonly wirePort: number;
  readonly limits: EngineLimits;
  /** Where fresh data folders are kept for copying. */
  readonly cache?: string;
}

const wireLimits = {
  connections_max: 32,
  message_bytes_max: 96 * 1024 * 1024,
  idle_in_transaction_ms_max: 30_000,
  login_ms_max: 10_000,
};
/**
 * A reply is held in memory whole. This is above the largest answer of the gateway, which has its
 * own and clearer error for that: there a row of one digit takes a third of what it takes here.
 */
const reply_bytes_max = 256 * 1024 * 1024;
const abandoned_ms_max = 2_000;

/**
 * The embedded Postgres. It is spoken to as a server is, through its wire port.
 * @throws Error with one line if another process uses the folder, or PGlite does not start
 */
export async function startPgliteEngine(options: PgliteEngineOptions): Promise<Engine> {
  const lock = lockFolder(options.folder);
  try {
    return await startLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(options: PgliteEngineOptions, lock: FolderLock): Promise<Engine> {
  const login: Login = {
    user: "postgres",
    password: keptPassword(options.folder),
    host: "localhost",
    port: await freePort(options.wirePort),
    database: "postgres",
  };
  const supervisor = new PgliteSupervisor({
    folder: join(options.folder, "data"),
    cache: options.cache ?? defaultCache(),
    login,
    limits: wireLimits,
    reply_bytes_max,
  });
  const name = await supervisor.ready().then(engineName, async (error: unknown) => {
    await supervisor.stop();
    throw error;
  });
  const pool = new SessionPool({
    connection: {
      connectionString: loginUrl({ ...login, host: "127.0.0.1" }),
      application_name: "offrail",
    },
    // There is one session behind the wire port; a second connection would only wait for it.
    limits: { ...options.limits, sessions_max: 1 },
    interrupt: interruptOf(supervisor),
    resetBehind: true,
    ready: () => supervisor.ready(),
  });
  return {
    name,
    login,
    session: (signal, work) => pool.session(signal, work),
    async stop() {
      await pool.stop();
      await supervisor.stop();
      lock.release();
    },
  };
}

/**
 * A statement that runs can be ended only with its thread, which costs everybody most of a second,
 * so an abandoned one gets a little time first. One that still waits for the session is ended with
 * its connection.
 */
const interruptOf =
  (supervisor: PgliteSupervisor): Interrupt =>
  async (backend, why, finished) => {
    // The rows are on their way already: nothing is left to end.
    if (why === "refused") return "wait";
    if (why === "abandoned")
      await Promise.race([finished, delay(abandoned_ms_max, undefined, { ref: false })]);
    if (supervisor.runningBackend !== backend) return "cut";
    await supervisor.interrupt();
    return "wait";
  };

/** Web pages can reach local ports, so that even this database has a secret; one for each folder. */
function keptPassword(folder: string): string {
  const file = join(folder, "password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const password = randomBytes(12).toString("hex");
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

/** `PostgreSQL 18.6 (PGlite 0.5.16) on wasm32…` becomes `PGlite 0.5 (Postgres 18.6)`. */
function engineName(version: string): string {
  const found = /PostgreSQL (\S+) \(PGlite (\d+\.\d+)/.exec(version);
  return found ? `PGlite ${found[2]} (Postgres ${found[1]})` : "PGlite";
}
