import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { afterAll, beforeAll } from "vitest";
import { bundleWorker } from "../../local/worker/bundle.ts";
import { tokenKeysSchema } from "../../platform/tokens/keys.ts";
import { testKeysSetting } from "./keys.ts";
import { targetAt } from "./target.ts";
import { watchRoomConformance } from "./watch-room.ts";

/**
 * The PartyServer host. By itself this starts the rooms behind the small gate of the in-Worker tests;
 * with OFFRAIL_URL it asks the whole Worker at that address, whose ROOM_TOKEN_KEYS it then needs.
 */
const given = process.env.OFFRAIL_URL;
const keys = tokenKeysSchema.parse(given ? process.env.ROOM_TOKEN_KEYS : testKeysSetting);
let origin = given ?? "";
let stop = async () => {};

beforeAll(async () => {
  if (given) return;
  const folder = await mkdtemp(join(tmpdir(), "offrail-rooms-"));
  const path = join(folder, "worker.js");
  await bundleWorker(resolve(import.meta.dirname, "../workerd/worker.ts"), path);
  const room = (className: string) => ({ className, useSQLite: true });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "rooms",
      compatibilityDate: "2026-08-15",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: {
        WATCH_ROOM: room("CountedWatchRoom"),
        PROBE_ROOM: room("ProbeRoom"),
        AWAKE_ROOM: room("AwakeRoom"),
      },
      modules: [{ type: "ESModule", path: "worker.js", contents: await readFile(path, "utf8") }],
      host: "127.0.0.1",
      port: 0,
      log: new Log(LogLevel.WARN),
      cf: false,
    }),
  );
  stop = async () => {
    await miniflare.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  origin = (await miniflare.ready).origin;
});

afterAll(() => stop());

watchRoomConformance(targetAt("PartyServer", () => origin, keys));
