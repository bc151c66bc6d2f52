import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { freePort } from "../../local/process/port.ts";

const run = promisify(execFile);

/** PostgreSQL refuses to run as root, so root's servers run as this user (Debian's `nobody`). */
const unprivileged = { uid: 65534, gid: 65534 };
const ready_ms_max = 30_000;

/** A real PostgreSQL, in a folder of its own, gone when it is stopped. */
export interface PostgresServer {
  readonly url: string;
  /** Its first process, under which all others are. @throws Error while it is down */
  pid(): number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder with `initdb` and `postgres` on this machine, the newest if there are several. */
export async function findPostgres(): Promise<string | undefined> {
  const debian = "/usr/lib/postgresql";
  const versions = await readdir(debian).catch(() => []);
  const folders = [
    ...versions
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find(
    (bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")),
  );
}

/** @param bin from `findPostgres` */
export async function startPostgresServer(bin: string): Promise<PostgresServer> {
  const root = process.getuid?.() === 0;
  const asUser = root ? unprivileged : {};
  const folder = await mkdtemp(join(tmpdir(), "offrail-postgres-"));
  const password = randomBytes(8).toString("hex");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password);
  if (root)
    for (const path of [folder, passwordFile])
      await chown(path, unprivileged.uid, unprivileged.gid);
  const data = join(folder, "data");
  await run(
    join(bin, "initdb"),
    ["-D", data, "-U", "tester", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"],
    { ...asUser, cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } },
  );
  const port = await freePort(0);
  const url = `postgres://tester:${password}@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child?.once("exit", resolve));
    child.kill(signal);
    await exited;
  };
  // A run that ends without its clean-up must not leave a server behind.
  const onExit = () => child?.kill("SIGKILL");
  process.once("exit", onExit);
  const start = async () => {
    const options = [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      folder,
      "-c",
      "listen_addresses=127.0.0.1",
    ];
    child = spawn(join(bin, "postgres"), [...options, "-F"], {
      ...asUser,
      cwd: folder,
      stdio: "ignore",
    });
    await untilReady(url);
  };
  await start();
  return {
    url,
    pid: () => {
      if (child?.pid === undefined) throw new Error("PostgreSQL is down");
      return child.pid;
    },
    kill: () => end("SIGKILL"),
    start,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown.
      await end("SIGINT");
      process.off("exit", onExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline_ms = performance.now() + ready_ms_max;
  for (;;) {
    const client = new Client(url);
    client.on("error", () => {});
    try {
      await client.connect();
      return;
    } catch (error) {
      if (performance.now() > deadline_ms) throw error;
      await delay(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
