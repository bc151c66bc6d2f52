import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "miniflare";

/** A Worker's bindings, static files and dates, in the form Miniflare's version 4 took them. */
export type WorkerConfig = Readonly<Record<string, Json>>;

/**
 * What `wrangler.toml` says, read by wrangler itself. Wrangler takes a second or two to load, so
 * its reading is kept and used again until the file or the installed packages change.
 * @param root the project's folder
 * @param folder where the reading is kept
 */
export async function workerConfig(root: string, folder: string): Promise<WorkerConfig> {
  const source = join(root, "wrangler.toml");
  const digest = createHash("sha256")
    .update(root)
    .update(await readFile(source))
    .update(await readFile(join(root, "package-lock.json")))
    .digest("hex");
  const path = join(folder, `config-${digest.slice(0, 16)}.json`);
  const kept = await readFile(path, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as WorkerConfig;

  const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
  const { workerOptions } = unstable_getMiniflareWorkerOptions(source);
  // The bundle is one file; rules for further modules have nothing to say.
  const { modulesRules: _, ...config } = workerOptions;
  const text = JSON.stringify(config);
  await mkdir(folder, { recursive: true });
  // Renamed into place, so that a start that is killed leaves no half of it.
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
  return JSON.parse(text) as WorkerConfig;
}
