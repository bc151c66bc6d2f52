import process from "node:process";
import { BaselineServer } from "../../servers/baseline.ts";
import { startStores } from "../../servers/stores.ts";
import { packageVersions } from "../../versions.ts";
import type { RunningSide } from "./side.ts";
import { startWire } from "./wire.ts";

const roomTokenKeys = "bench:a-key-for-the-old-design-alone";
/** All load comes from one address. */
const settings = {
  ROOM_TOKEN_KEYS: roomTokenKeys,
  RATE_LIMIT_MAX_REQUESTS: "100000000",
  LOG_LEVEL: "error",
};

/** The old design with the flags of its 1 GB plan, before a Redis and a PostgreSQL of its own. */
export async function startContainer(): Promise<RunningSide> {
  const stores = await startStores();
  try {
    const server = await BaselineServer.start(stores, settings, "start:1gb");
    const wire = await startWire(server.url).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return {
      name: "container",
      url: wire.url,
      databaseUrl: stores.databaseUrl,
      roomTokenKeys,
      processes: [
        { name: "server", pids: [server.pid] },
        { name: "redis", pids: [stores.redisPid] },
        { name: "postgres", pids: [stores.postgresPid] },
      ],
      versions: {
        ...(await packageVersions(["socket.io"])),
        node: process.versions.node,
        redis: stores.redisVersion,
      },
      units: async () => ({}),
      bytes: () => wire.bytes(),
      stop: async () => {
        await wire.stop();
        await server.stop();
        await stores.stop();
      },
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}
