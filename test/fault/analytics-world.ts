import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { keyHash, keyTextOf } from "../../functions/analytics/key-text.ts";
import type { PostgresInfo } from "../../local/postgres/start.ts";
import { freePort } from "../../local/process/port.ts";
import { bundleWorker } from "../../local/worker/bundle.ts";
import type { AnalyticsWorkerOptions } from "./analytics-worker.ts";

export const signer = { id: "k1", secret: "a secret of at least 32 characters!" };
export const receiptSecret = "a secret of the stand-in store";
const ready_ms_max = 60_000;

/** A game, and the keys that write to it. */
export interface WorldGame extends AnalyticsPlace {
  readonly key: string;
  readonly secretKey: string;
  readonly secretKeyId: string;
}

/** The analytics Worker as a process that can be killed, before a real database. */
export class AnalyticsWorld {
  readonly db: Db;
  readonly url: string;
  readonly #folder: string;
  readonly #options: AnalyticsWorkerOptions;
  #child: ChildProcess | undefined;
  #games = 0;

  private constructor(info: PostgresInfo, folder: string, options: AnalyticsWorkerOptions) {
    this.db = createDb(info);
    this.#folder = folder;
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  static async start(
    info: PostgresInfo,
    bindings: Readonly<Record<string, string>> = {},
  ): Promise<AnalyticsWorld> {
    await migrateDatabase(info);
    const folder = await mkdtemp(join(tmpdir(), "offrail-analytics-"));
    const script = join(folder, "worker", "index.js");
    await bundleWorker(
      fileURLToPath(new URL("../workerd/analytics-edge.ts", import.meta.url)),
      script,
    );
    const world = new AnalyticsWorld(info, folder, {
      script,
      rooms: join(folder, "rooms"),
      port: await freePort(0),
      bindings: {
        DATABASE_URL: info.databaseUrl,
        NEON_FETCH_ENDPOINT: info.fetchEndpoint,
        // Nobody is there: events come in without Redis.
        UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
        UPSTASH_REDIS_REST_TOKEN: "none",
        ROOM_TOKEN_KEYS: `${signer.id}:${signer.secret}`,
        AUTH_SECRET: "another secret of at least 32 characters",
        ANALYTICS_RECEIPT_SECRET: receiptSecret,
        LOG_LEVEL: "error",
        WATCH_ROOM: "none",
        LOBBY_ROOM: "none",
        CALL_ROOM: "none",
        ASSETS: "none",
        ...bindings,
      },
    });
    await world.db.execute(sql`insert into "user" (id, name, email)
      values ('owner-of-games', 'Ada', 'ada@example.com') on conflict do nothing`);
    await world.begin();
    return world;
  }

  /** Starts the Worker's process, anew after it was killed. */
  async begin(): Promise<void> {
    const entry = fileURLToPath(new URL("./analytics-worker.ts", import.meta.url));
    const child = fork(entry, [JSON.stringify(this.#options)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
      // A group of its own, so that workerd goes with it.
      detached: true,
    });
    child.on("error", () => {});
    this.#child = child;
    const failed = once(child, "exit").then(() => {
      throw new Error("the Worker ended before it was ready");
    });
    failed.catch(() => {});
    await Promise.race([
      once(child, "message"),
      failed,
      pause(ready_ms_max, undefined, { ref: false }).then(() => {
        throw new Error("the Worker was not ready in time");
      }),
    ]);
  }

  /** `kill -9` of the Worker: the process and the workerd it runs. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Makes a game with a key of each kind. */
  async newGame(
    settings: Readonly<Record<string, unknown>> = {},
    env: AnalyticsPlace["env"] = "live",
  ): Promise<WorldGame> {
    this.#games += 1;
    const gameId = `world${String(this.#games).padStart(11, "0")}`;
    await this.db.execute(sql`
      insert into analytics_game (id, user_id, name, settings, retention_days,
        retention_days_before, retention_from)
      values (${gameId}, 'owner-of-games', 'Tower',
        ${JSON.stringify({ flushEvery_s: 1, ...settings })}, 90, 90, '2020-01-01')`);
    const keys = [];
    for (const kind of ["write", "secret"] as const) {
      const keyId = `${kind === "write" ? "w" : "s"}${gameId.slice(-11)}`;
      const text = await keyTextOf({ kind, gameId, keyId, env }, signer);
      await this.db.execute(sql`insert into analytics_key (id, game_id, kind, env, name, start, hash)
        values (${keyId}, ${gameId}, ${kind}, ${env}, 'key', ${text.slice(0, 9)}, ${await keyHash(text)})`);
      keys.push({ keyId, text });
    }
    const [write, secret] = keys;
    if (write === undefined || secret === undefined) throw new Error("there are two keys");
    return { gameId, env, key: write.text, secretKey: secret.text, secretKeyId: secret.keyId };
  }

  /** Sends a batch as a game does. */
  send(game: WorldGame, batch: unknown, init: RequestInit & { path?: string } = {}) {
    const { path = "/v1/analytics/batch", headers, ...rest } = init;
    return fetch(`${this.url}${path}`, {
      method: "POST",
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(20_000),
      ...rest,
      headers: {
        Authorization: `Bearer ${game.key}`,
        "Content-Type": "application/json",
        ...(headers as Record<string, string> | undefined),
      },
    });
  }
}
