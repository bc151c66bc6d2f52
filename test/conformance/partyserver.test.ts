import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startStack } from "../../local/stack.ts";
import { tokenKeysSchema } from "../../platform/tokens/keys.ts";
import { testKeysSetting } from "./keys.ts";
import { matchRoomConformance } from "./match-rooms.ts";
import { targetAt } from "./target.ts";
import { watchRoomConformance } from "./watch-room.ts";

/**
 * The PartyServer host, as the whole production Worker runs it. By itself this starts the local
 * stack; with OFFRAIL_URL it asks the Worker at that address, whose ROOM_TOKEN_KEYS it then needs.
 */
const given = process.env.OFFRAIL_URL;
const keys = tokenKeysSchema.parse(given ? process.env.ROOM_TOKEN_KEYS : testKeysSetting);
let origin = given ?? "";
let stop = async () => {};

beforeAll(async () => {
  if (given) return;
  const folder = await mkdtemp(join(tmpdir(), "offrail-rooms-"));
  const stack = await startStack({
    folder,
    ports: { site: 0, redis: 0, postgres: 0 },
    // The suite opens more sockets in a minute than a person may.
    settings: { ROOM_TOKEN_KEYS: testKeysSetting, RATE_LIMITS: "sockets=100000/60" },
  });
  stop = async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  origin = stack.url;
});

afterAll(() => stop());

watchRoomConformance(targetAt("PartyServer", () => origin, keys));
matchRoomConformance({ name: "PartyServer", origin: () => origin, keys });
