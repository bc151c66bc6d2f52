import { readFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import type { Engine } from "./engine.ts";
import { gapsOfEmbedded } from "./gateway/dialect.ts";

/**
 * Starts the engine that needs nothing installed, in this process, on a port of this machine only.
 * Its data lives in memory: with each start it begins empty, which suits a cache. A script that
 * never ends is cut off by the engine's own instruction limit.
 */
export async function startEmbeddedRedis(): Promise<Engine> {
  const core = await import("js-redis-server/core");
  const state = new core.RedisServerState({ databaseCount: 1 });
  const executor = core.createRedisCommandExecutor();
  const sockets = new Set<Socket>();
  // Not the library's own server: that one listens to the whole network, and without `noDelay`
  // the many small writes of a pipeline's replies wait 40 ms for an acknowledgement.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const clientAddress = `${socket.remoteAddress}:${socket.remotePort}`;
    const transport = new core.SocketConnectionTransport(socket);
    core.attachSession(transport, { state, executor, clientAddress, logger: console });
  });
  return {
    name: `js-redis-server ${await version()}`,
    url: `redis://127.0.0.1:${await listen(server)}`,
    gaps: gapsOfEmbedded,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      state.close();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the embedded Redis has no port"));
    });
  });
}

async function version(): Promise<string> {
  const manifest = new URL("../package.json", import.meta.resolve("js-redis-server"));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  return version;
}
