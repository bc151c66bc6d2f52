import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

/** Held while this process uses a data folder. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a folder for this process alone. PGlite does not notice a second user of its files, and two
 * destroy them. The lock is SQLite's exclusive lock on an empty database, because the system frees
 * that when a process dies, however it dies, and no other lock within Node's reach has this trait.
 * @throws Error with one line that says who holds it and what to do
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const ownerFile = join(folder, "owner.pid");
  const database = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (Reflect.get(Object(error), "errcode") !== 5) throw error;
    throw new Error(
      `the data in ${folder} is in use by process ${readOwner(ownerFile)}: stop that one first, or ` +
        "start this one with another folder",
    );
  }
  writeFileSync(ownerFile, String(process.pid));
  return {
    release() {
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

function readOwner(file: string): string {
  try {
    return readFileSync(file, "utf8").trim() || "(unknown)";
  } catch {
    return "(unknown)";
  }
}
