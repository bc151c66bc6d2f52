import { join, resolve } from "node:path";
import { convertV4MiniflareOptions, type Json, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import type { Part } from "../process/part.ts";
import { freePort } from "../process/port.ts";
import { waitForAnswer } from "../process/wait.ts";
import { bundleWorker } from "./bundle.ts";

export interface WorkerOptions {
  /** The project's folder, where `wrangler.toml` lies. */
  readonly root: string;
  /** Where rooms keep their state between runs. */
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
 * @throws Error when the Worker does not bundle or does not answer
 */
export async function startWorker(options: WorkerOptions): Promise<Part<WorkerInfo>> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(options.root, "wrangler.toml"));
  const script = join(options.folder, "bundle", "index.js");
  await bundleWorker(resolve(options.root, "functions/index.ts"), script);
  const port = await freePort(options.port);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...workerOptions,
      name: "offrail",
      modules: true,
      scriptPath: script,
      bindings: { ...(workerOptions.bindings as Record<string, Json>), ...options.settings },
      host: "127.0.0.1",
      port,
      log: new Log(LogLevel.WARN),
      cf: false,
      durableObjectsPersist: join(options.folder, "rooms"),
    }),
  );
  try {
    await miniflare.ready;
    const url = `http://localhost:${port}`;
    await waitForAnswer(`http://127.0.0.1:${port}/health`, 20_000);
    return { info: { url }, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
