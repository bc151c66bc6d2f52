import { open, readFile, rename, rm } from "node:fs/promises";
import process from "node:process";
import type { EventStore, QueuedEvent } from "./store.ts";

/** With this many lines that mean nothing any more, and more of them than others, the file is written anew. */
const dead_max = 1_000;

/** Two programs would write over each other's events. */
export class StoreInUseError extends Error {
  override readonly name = "StoreInUseError";
}

/**
 * Keeps events in a file: a journal, one line for each event added (`+<uuid> <json>`) or removed
 * (`-<uuid>`). A line that a crash has torn counts as never written. One program at a time.
 * @throws StoreInUseError while another program has the file
 */
export async function fileStore(path: string): Promise<EventStore> {
  await lock(`${path}.lock`);
  try {
    return await openJournal(path);
  } catch (error) {
    await unlock(`${path}.lock`);
    throw error;
  }
}

async function openJournal(path: string): Promise<EventStore> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  });
  const { events, lines } = replay(text);
  let dead = lines - events.size;
  let torn = text !== "" && !text.endsWith("\n");
  let file = await open(path, "a");
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** One change of the file after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const append = async (lines: string) => {
    if (closed) throw new Error("the event store is closed");
    const whole = torn ? `\n${lines}` : lines;
    torn = true;
    await file.appendFile(whole);
    torn = false;
  };
  const compact = async () => {
    dead = 0;
    await writeWhole(`${path}.new`, events);
    await file.close();
    await rename(`${path}.new`, path);
    file = await open(path, "a");
  };
  return {
    add: (event) =>
      inTurn(async () => {
        await append(`+${event.uuid} ${event.json}\n`);
        events.set(event.uuid, event);
      }),
    oldest: async (limit) =>
      [...events.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1)).slice(0, limit),
    remove: (uuids) =>
      inTurn(async () => {
        const known = uuids.filter((uuid) => events.has(uuid));
        if (known.length === 0) return;
        await append(known.map((uuid) => `-${uuid}\n`).join(""));
        for (const uuid of known) events.delete(uuid);
        dead += 2 * known.length;
        if (dead >= dead_max && dead > events.size) await compact();
      }),
    count: async () => events.size,
    close: () =>
      inTurn(async () => {
        if (closed) return;
        closed = true;
        await file.close();
        await unlock(`${path}.lock`);
      }),
  };
}

function replay(text: string) {
  const events = new Map<string, QueuedEvent>();
  const lines = text.split("\n");
  for (const line of lines) {
    const [, sign, uuid = "", json = ""] = /^([+-])([0-9a-f-]{36})(?: (\{.*\}))?$/.exec(line) ?? [];
    if (sign === "-") events.delete(uuid);
    else if (sign === "+" && isJson(json)) events.set(uuid, { uuid, json });
  }
  return { events, lines: lines.length };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Writes a journal that has nothing removed in it, down to the disk. */
async function writeWhole(path: string, events: ReadonlyMap<string, QueuedEvent>): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const { uuid, json } of events.values()) await file.appendFile(`+${uuid} ${json}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Locks of this program, which no other program's number tells apart from those of its own past. */
const held = new Set<string>();

/** Takes the lock, also from a program that has died with it. */
async function lock(path: string): Promise<void> {
  for (const _attempt of ["as it is", "without a dead program's lock"]) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      held.add(path);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      const holder = Number(await readFile(path, "utf8").catch(() => ""));
      if (holder === process.pid ? held.has(path) : isAlive(holder)) break;
      await rm(path, { force: true });
    }
  }
  throw new StoreInUseError(`another program has ${path}`);
}

async function unlock(path: string): Promise<void> {
  held.delete(path);
  await rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
