import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";

/**
 * Bundles a Worker's entry the way wrangler does for production: ES module, Worker export
 * conditions, what the runtime itself brings left outside.
 * @param entry path of the entry module
 * @param outfile path of the bundle; its source map lies beside it
 * @throws Error whose message lists what did not build
 */
export async function bundleWorker(entry: string, outfile: string): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    sourcemap: "linked",
    keepNames: true,
    logLevel: "silent",
  });
}
