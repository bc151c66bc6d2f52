import { join, resolve } from "node:path";
import { migrateDatabase } from "../db/migrate.ts";
import type { PostgresInfo } from "./postgres/start.ts";
import type { PartCounts } from "./process/part.ts";
import { type OnOutput, type StartedPart, startPart } from "./process/spawn.ts";
import type { RedisInfo } from "./redis/start.ts";
import { type LocalSecrets, localSecrets } from "./secrets.ts";
import { bundleWorker } from "./worker/bundle.ts";
import { workerConfig } from "./worker/config.ts";
import { storeSettings } from "./worker/settings.ts";
import { buildSite } from "./worker/site.ts";
import type { WorkerInfo } from "./worker/start.ts";

/** The first boot of the embedded Postgres takes up to 10 s on a quiet machine. */
const part_ready_ms_max = 90_000;

export interface StackOptions {
  /** Where all data lies; two stacks never share one. */
  readonly folder: string;
  /** Port of the site and the API, and of the two gateways; 0 for any, taken ones are passed over. */
  readonly ports: { readonly site: number; readonly redis: number; readonly postgres: number };
  /** A Redis and a Postgres of the caller's own. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** Further settings of the Worker, over the local ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told of what the Worker and its rooms write to their log, which is otherwise shown. */
  readonly onWorkerOutput?: OnOutput;
  /** Told of each step as it ends. */
  readonly progress?: (line: string) => void;
}

export interface Stack {
  readonly url: string;
  readonly redis: RedisInfo;
  readonly postgres: PostgresInfo;
  readonly secrets: LocalSecrets;
  /** What the two gateways themselves have counted since they started, to hold the meter against. */
  gatewayCounts(): Promise<{ readonly redis: PartCounts; readonly postgres: PartCounts }>;
  stop(): Promise<void>;
}

/**
 * Starts everything Offrail needs on one machine: Redis and Postgres behind their HTTP gateways,
 * the migrations, the site, and the Worker with its rooms. Each part is a process of its own.
 * @throws Error with one line that says which part failed and what to do; nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const root = resolve(import.meta.dirname, "..");
  const folder = resolve(options.folder);
  const say = options.progress ?? (() => {});
  const started: StartedPart<unknown>[] = [];
  const stop = async () => {
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  const start = async <Info>(
    entry: string,
    partOptions: unknown,
    onOutput?: OnOutput,
  ): Promise<StartedPart<Info>> => {
    const url = new URL(entry, import.meta.url);
    const part = await startPart<Info>(url, partOptions, part_ready_ms_max, onOutput);
    started.push(part);
    return part;
  };
  try {
    const secrets = await localSecrets(folder);
    const script = join(folder, "worker", "bundle", "index.js");
    const [redisPart, postgresPart, config] = await all([
      start<RedisInfo>("./redis/main.ts", {
        folder: join(folder, "redis"),
        port: options.ports.redis,
        token: secrets.redisToken,
        redisUrl: options.redisUrl,
      }).then(told(say, ({ info }) => `Redis: ${info.engine}`)),
      start<PostgresInfo>("./postgres/main.ts", {
        folder: join(folder, "postgres"),
        port: options.ports.postgres,
        databaseUrl: options.databaseUrl,
      }).then(told(say, ({ info }) => `Postgres: ${info.engine}`)),
      workerConfig(root, join(folder, "worker")),
      bundleWorker(join(root, "functions/index.ts"), script).then(
        told(say, () => "Worker: bundled"),
      ),
      buildSite(root).then(told(say, (built) => `Site: ${built ? "built" : "up to date"}`)),
    ]);
    const { info: redis } = redisPart;
    const { info: postgres } = postgresPart;
    const applied = await migrateDatabase(postgres);
    say(`Migrations: ${applied.length === 0 ? "up to date" : `${applied.length} applied`}`);
    const { info: worker } = await start<WorkerInfo>(
      "./worker/main.ts",
      {
        script,
        config,
        folder: join(folder, "worker"),
        port: options.ports.site,
        settings: {
          ...storeSettings(redis, postgres),
          ROOM_TOKEN_KEYS: secrets.roomTokenKeys,
          AUTH_SECRET: secrets.authSecret,
          MAIL_URL: "kept",
          OPS_TOKEN: secrets.opsToken,
          METRICS_TOKEN: secrets.metricsToken,
          ...options.settings,
        },
      },
      options.onWorkerOutput,
    );
    say("Worker: rooms and functions answer");
    const gatewayCounts = async () => {
      const [redis, postgres] = await Promise.all([redisPart.counts(), postgresPart.counts()]);
      return { redis, postgres };
    };
    return { url: worker.url, redis, postgres, secrets, gatewayCounts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all, even when one fails, so that what did start can be stopped. */
async function all<T extends readonly unknown[]>(
  promises: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as unknown as Promise<T>;
}

function told<T>(say: (line: string) => void, line: (value: T) => string): (value: T) => T {
  return (value) => {
    say(line(value));
    return value;
  };
}
