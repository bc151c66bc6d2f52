import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Login } from "../engine.ts";
import type { WireLimits } from "../wire/connection.ts";
import { WireServer } from "../wire/server.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { openPglite, type PgliteSession } from "./session.ts";

/**
 * PGlite blocks its thread while a statement runs and cannot be interrupted, so it has one of its
 * own, with the sockets of its clients. Whoever started the thread can always end it.
 */
export interface ThreadOptions {
  readonly folder: string;
  readonly cache: string;
  readonly login: Login;
  readonly limits: WireLimits;
  readonly reply_bytes_max: number;
  /** Shared memory: this thread keeps the process id of the running connection in its first place. */
  readonly running: Int32Array;
}

export type ThreadMessage =
  | { readonly type: "ready"; readonly version: string }
  | { readonly type: "failed"; readonly message: string };

const checkpoint_every_ms = 5_000;
const wal_bytes_max = 128 * 1024 * 1024;

async function run(options: ThreadOptions, parent: MessagePort): Promise<void> {
  const tell = (message: ThreadMessage) => parent.postMessage(message);
  await prepareDataFolder(options.folder, options.cache);
  const session = await openPglite(options.folder, options.reply_bytes_max);
  // A session that threw is beyond repair; ending the thread makes its owner start another.
  const onFatal = (error: unknown) => {
    tell({ type: "failed", message: String(error) });
    process.exit(1);
  };
  const onRun = (backend: number) => Atomics.store(options.running, 0, backend);
  const server = new WireServer({ ...options, session, onRun, onFatal });
  await server.listen(options.login.port);
  const timer = setInterval(() => {
    boundLog(options.folder, session, server).catch(onFatal);
  }, checkpoint_every_ms);
  // The one message that comes from there is the wish to stop.
  parent.once("message", () => {
    clearInterval(timer);
    server
      .close()
      .then(() => session.close())
      .then(() => process.exit(0), onFatal);
  });
  tell({ type: "ready", version: session.version });
}

/**
 * Postgres without a postmaster never starts a checkpoint by itself, and its log would grow for
 * ever.
 */
async function boundLog(folder: string, session: PgliteSession, server: WireServer): Promise<void> {
  const log = join(folder, "pg_wal");
  let log_bytes = 0;
  for (const name of await readdir(log)) {
    // Postgres renames log files at will.
    const found = await stat(join(log, name)).catch(() => undefined);
    log_bytes += found?.size ?? 0;
  }
  if (log_bytes < wal_bytes_max || !server.lease.idle) return;
  await session.checkpoint();
}

if (parentPort !== null) {
  const port = parentPort;
  run(workerData as ThreadOptions, port).catch((error: unknown) => {
    port.postMessage({ type: "failed", message: String(error) } satisfies ThreadMessage);
    process.exit(1);
  });
}
