import { randomUUID } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";

const leftover_ms_min = 10 * 60_000;

/** The version of the installed PGlite, such as `0.5.16`. */
export async function pgliteVersion(): Promise<string> {
  const manifest = new URL("../package.json", import.meta.resolve("@electric-sql/pglite"));
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}

/**
 * Makes sure that `folder` holds a whole Postgres data folder, and never half of one: it is built
 * beside its place and renamed into it. Making one from nothing takes PGlite several seconds, so a
 * fresh one is also kept under `cache`, from where the next folder is a copy of 40 MB.
 * @param cache where copies may be kept; a cache that cannot be written is done without
 */
export async function prepareDataFolder(folder: string, cache: string): Promise<void> {
  if (existsSync(join(folder, "PG_VERSION"))) return;
  await mkdir(dirname(folder), { recursive: true });
  await removeLeftovers(folder, 0);
  const template = join(cache, `pglite-${await pgliteVersion()}`);
  const made = await inOneStep(folder, (unfinished) => copyFolder(template, unfinished));
  if (made) return;
  await inOneStep(folder, createCluster);
  await removeLeftovers(template, leftover_ms_min);
  await mkdir(cache, { recursive: true }).catch(() => {});
  await inOneStep(template, (unfinished) => copyFolder(folder, unfinished)).catch(() => {});
}

/** Where copies are kept unless told otherwise: in `node_modules/.cache`, gone with `npm ci`. */
export function defaultCache(): string {
  return fileURLToPath(new URL("../../../../node_modules/.cache/offrail", import.meta.url));
}

/** False if `make` said that it has nothing to make it from. */
async function inOneStep(
  folder: string,
  make: (unfinished: string) => Promise<boolean>,
): Promise<boolean> {
  const unfinished = `${folder}.unfinished-${randomUUID()}`;
  try {
    if (!(await make(unfinished))) return false;
    await rename(unfinished, folder);
    return true;
  } catch (error) {
    // Somebody else made the same folder in the meantime; theirs is as good.
    if (existsSync(join(folder, "PG_VERSION"))) return true;
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function copyFolder(from: string, to: string): Promise<boolean> {
  if (!existsSync(join(from, "PG_VERSION"))) return false;
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return true;
}

async function createCluster(folder: string): Promise<boolean> {
  const database = await PGlite.create(folder);
  await database.close();
  return true;
}

async function removeLeftovers(folder: string, age_ms_min: number): Promise<void> {
  const parent = dirname(folder);
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(folder)}.unfinished-`)) continue;
    const path = join(parent, name);
    const age_ms = Date.now() - (await stat(path)).mtimeMs;
    if (age_ms >= age_ms_min) await rm(path, { recursive: true, force: true });
  }
}
