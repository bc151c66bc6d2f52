import { readFile, rename, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** The redis-server that works in a data folder. Two at once would spoil each other's files. */
export interface FolderOwner {
  readonly pid: number;
  readonly port: number;
}

const leave_ms_max = 5_000;

/** Notes down who works in the folder. */
export async function claimFolder(folder: string, owner: FolderOwner): Promise<void> {
  const path = ownerFile(folder);
  await writeFile(`${path}.new`, JSON.stringify(owner));
  await rename(`${path}.new`, path);
}

/**
 * Waits until whoever worked in the folder has gone: after a hard end of the last run its Redis may
 * still be writing its data.
 * @throws Error with one line when it stays
 */
export async function awaitFormerOwner(folder: string): Promise<void> {
  const owner = await readOwner(folder);
  if (owner === undefined) return;
  const deadline_ms = performance.now() + leave_ms_max;
  while (await isRunning(owner)) {
    if (performance.now() > deadline_ms) {
      throw new Error(
        `${folder} is in use by another redis-server (process ${owner.pid}): stop the other npm start first`,
      );
    }
    await sleep(50);
  }
}

function ownerFile(folder: string): string {
  return join(folder, "owner.json");
}

async function readOwner(folder: string): Promise<FolderOwner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(ownerFile(folder), "utf8"));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined; // no file, or a torn one: nobody to wait for
  }
}

function isOwner(value: unknown): value is FolderOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, port } = value as Partial<FolderOwner>;
  return Number.isInteger(pid) && Number(pid) > 0 && Number.isInteger(port) && Number(port) > 0;
}

/** Both signs must be there, since a process id and a port are each given out again by and by. */
async function isRunning({ pid, port }: FolderOwner): Promise<boolean> {
  return isAlive(pid) && (await listens(port));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const done = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.setTimeout(1_000, () => done(true)); // somebody is there, but too busy to say so
  });
}
