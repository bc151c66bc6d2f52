import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";

/** What the built site depends on. */
const sources = [
  ...["web", "protocol", "functions", "cost", "bench/results", "package-lock.json"],
  "local/worker/site.ts",
];
const build_ms_max = 120_000;

/**
 * Builds the site when its sources changed since the last build, else does nothing.
 * @param root the project's folder
 * @returns true when it was built now
 * @throws Error with what the build said when it failed
 */
export async function buildSite(root: string): Promise<boolean> {
  const stamp = join(root, "dist", "site.stamp");
  const digest = await digestOf(root);
  if ((await readFile(stamp, "utf8").catch(() => "")) === digest) return false;
  await runVite(root);
  await writeFile(stamp, digest);
  return true;
}

async function digestOf(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const path of await filesBelow(join(root, source))) {
      hash.update(path.slice(root.length)).update("\0");
      hash.update(await readFile(path)).update("\0");
    }
  }
  return hash.digest("hex");
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  // A file, or a folder that is not there yet.
  if (entries === null) return existsSync(path) ? [path] : [];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function runVite(root: string): Promise<void> {
  const vite = resolve(root, "node_modules/vite/bin/vite.js");
  const child = spawn(process.execPath, [vite, "build", "web", "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // Whoever builds, a test say, the site is what a deploy would serve: not React's own slow checks.
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1" },
    timeout: build_ms_max,
  });
  let said = "";
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The site did not build:\n${said}`);
}
