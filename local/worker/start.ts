import { dirname } from "node:path";
import { convertV4MiniflareOptions, type Json, Log, LogLevel, Miniflare } from "miniflare";
import type { Part } from "../process/part.ts";
import { freePort } from "../process/port.ts";
import { waitForAnswer } from "../process/wait.ts";
import type { WorkerConfig } from "./config.ts";
import { startCrons } from "./crons.ts";

const answer_ms_max = 30_000;

export interface WorkerOptions {
  /** The bundle, as `bundleWorker` wrote it. */
  readonly script: string;
  /** What `wrangler.toml` says, from `workerConfig`. */
  readonly config: WorkerConfig;
  /** Where rooms and the object store keep what they have between runs. */
  readonly folder: string;
  /** Port wanted; 0 for any. */
  readonly port: number;
  /** Secrets and variables, over those of `wrangler.toml`. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface WorkerInfo {
  readonly url: string;
}

/**
 * Runs the production Worker with its rooms and the site in workerd, as `wrangler.toml` has it.
 * The site must have been built (`buildSite`).
 * @throws Error when the Worker does not start or does not answer
 */
export async function startWorker(options: WorkerOptions): Promise<Part<WorkerInfo>> {
  const port = await freePort(options.port);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options.config,
      name: "offrail",
      modules: true,
      modulesRoot: dirname(options.script),
      scriptPath: options.script,
      bindings: { ...(options.config.bindings as Record<string, Json>), ...options.settings },
      host: "127.0.0.1",
      port,
      log: new Log(LogLevel.WARN),
      cf: false,
      resourcePersistencePath: options.folder,
    }),
  );
  try {
    await miniflare.ready;
    await waitForAnswer(`http://127.0.0.1:${port}/health`, answer_ms_max);
    const crons = startCrons(await miniflare.getWorker());
    const stop = async () => {
      crons.stop();
      await miniflare.dispose();
    };
    return { info: { url: `http://localhost:${port}` }, stop };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
