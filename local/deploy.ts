import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { buildSite } from "./worker/site.ts";

/**
 * `npm run deploy`: site, migrations, then one `wrangler deploy` of functions and rooms together.
 * With `--dry-run` nothing leaves this machine: it bundles and prints the size that counts.
 */

const worker_gzip_bytes_max = 1024 * 1024;
const root = resolve(import.meta.dirname, "..");
const outdir = join(root, "dist", "worker");
const dryRun = process.argv.includes("--dry-run");

try {
  console.log((await buildSite(root)) ? "Site: built" : "Site: up to date");
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
bundle();
checkSize();
if (!dryRun) {
  migrate();
  wrangler(["deploy", "--var", `VERSION:${version()}`]);
}

function bundle(): void {
  wrangler(["deploy", "--dry-run", "--outdir", outdir, "--minify"]);
}

/** The gzipped size of everything the Worker loads; source maps stay behind. */
function checkSize(): void {
  const parts = readdirSync(outdir).filter((name) => /\.(m?js|wasm|bin|txt|html)$/.test(name));
  const bytes = parts.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(outdir, name)), { level: 9 }).byteLength,
    0,
  );
  const kib = (value: number) => `${(value / 1024).toFixed(1)} KiB`;
  console.log(`Worker bundle: ${kib(bytes)} gzipped of at most ${kib(worker_gzip_bytes_max)}`);
  if (parts.length === 0 || bytes > worker_gzip_bytes_max) {
    console.error("The Worker is missing or too large to deploy.");
    process.exit(1);
  }
}

function migrate(): void {
  if (!process.env.DATABASE_URL) {
    console.error(
      "Set DATABASE_URL to the Neon address, so that migrations run before the deploy.",
    );
    process.exit(1);
  }
  run(process.execPath, [join(root, "db/migrate.ts")]);
}

function wrangler(args: readonly string[]): void {
  run(process.execPath, [join(root, "node_modules/wrangler/bin/wrangler.js"), ...args]);
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  if (status !== 0) process.exit(status ?? 1);
}

function version(): string {
  try {
    const options = { cwd: root, encoding: "utf8" } as const;
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], options).trim();
  } catch {
    return "unversioned";
  }
}
