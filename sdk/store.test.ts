import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventStore, memoryStore, type QueuedEvent } from "./store.ts";
import { fileStore, StoreInUseError } from "./store-file.ts";
import { uuidMaker } from "./uuid.ts";

const makeUuid = uuidMaker((bytes) => crypto.getRandomValues(bytes));
const event = (): QueuedEvent => {
  const uuid = makeUuid(1_790_000_000_000);
  return { uuid, json: JSON.stringify({ uuid, line: "a\nb é 😀" }) };
};

let folder = "";
let path = "";
const open: EventStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "offrail-sdk-"));
  path = join(folder, "events");
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  await rm(folder, { recursive: true, force: true });
});
const openFile = async () => {
  const store = await fileStore(path);
  open.push(store);
  return store;
};

describe.each([
  ["memory", async () => memoryStore()],
  ["file", openFile],
])("a store in %s", (_name, make) => {
  test("gives the oldest events first, and forgets those that are removed", async () => {
    const store = await make();
    const events = [event(), event(), event()];
    for (const one of [...events].reverse()) await store.add(one);
    expect(await store.oldest(2)).toEqual(events.slice(0, 2));
    await store.remove([events[0]?.uuid ?? "", "never seen"]);
    expect(await store.oldest(9)).toEqual(events.slice(1));
    expect(await store.count()).toBe(2);
  });
});

describe("the file", () => {
  test("has its events after a restart, without those that were removed", async () => {
    const store = await openFile();
    const events = [event(), event(), event()];
    await Promise.all(events.map((one) => store.add(one)));
    await store.remove([events[1]?.uuid ?? ""]);
    await store.close();
    expect(await (await openFile()).oldest(9)).toEqual([events[0], events[2]]);
  });

  test("loses no other event to a line that a crash has torn", async () => {
    const first = await openFile();
    const [kept, added] = [event(), event()];
    await first.add(kept);
    await first.close();
    await appendFile(path, `+${event().uuid} {"uuid":"0190`);
    const second = await openFile();
    expect(await second.oldest(9)).toEqual([kept]);
    await second.add(added);
    await second.close();
    expect(await (await openFile()).oldest(9)).toEqual([kept, added]);
  });

  test("does not grow for ever", async () => {
    const store = await openFile();
    const last = event();
    for (let round = 0; round < 30; round += 1) {
      const events = Array.from({ length: 50 }, event);
      await Promise.all(events.map((one) => store.add(one)));
      await store.remove(events.map(({ uuid }) => uuid));
    }
    await store.add(last);
    await store.close();
    expect((await readFile(path, "utf8")).split("\n").length).toBeLessThan(1_200);
    expect(await (await openFile()).oldest(9)).toEqual([last]);
  });

  test("belongs to one program at a time, and to the next when that one has died", async () => {
    await openFile();
    await expect(fileStore(path)).rejects.toThrow(StoreInUseError);
    const other = join(folder, "other");
    // Process 1 lives for as long as the machine does; no machine has the second number.
    await writeFile(`${other}.lock`, "1");
    await expect(fileStore(other)).rejects.toThrow(StoreInUseError);
    await writeFile(`${other}.lock`, "999999999");
    open.push(await fileStore(other));
  });
});
