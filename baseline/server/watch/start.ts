import type { FastifyInstance } from "fastify";
import type { Redis } from "ioredis";
import type { Server } from "socket.io";
import type { ConnectionManager } from "../core/connections.ts";
import { countIn, EntryRefused, guard } from "../core/entry.ts";
import { SerialQueues } from "../core/serial.ts";
import type { Tokens } from "../core/tokens.ts";
import type { Settings } from "../settings.ts";
import { People } from "./people.ts";
import { RoomStore } from "./room-store.ts";
import { watchRoutes } from "./routes.ts";
import { WatchSockets } from "./sockets.ts";
import { SyncTicks } from "./sync.ts";

interface Needs {
  readonly app: FastifyInstance;
  readonly io: Server;
  readonly redis: Redis;
  readonly tokens: Tokens;
  readonly connections: ConnectionManager;
  readonly settings: Settings;
  readonly warn: (message: string) => void;
}

/** Watch Together: routes under `/v1/watch`, sockets in the namespace `/watch`. */
export function startWatch({ app, io, redis, tokens, connections, settings, warn }: Needs) {
  const namespace = io.of("/watch");
  const store = new RoomStore(redis);
  const people = new People();
  const ticks = new SyncTicks(namespace);
  const queues = new SerialQueues();
  const sockets = new WatchSockets({ namespace, store, people, ticks, queues, warn });
  watchRoutes(app, store, tokens, settings);
  guard(namespace, async (socket, { room, token }) => {
    const claims = await tokens.readRoom(token, { party: "watch", room });
    if (typeof claims === "string") throw new EntryRefused(claims, "This token does not do.");
    countIn(connections, `watch/${room}/${claims.member}`, socket);
    return () => sockets.serve(socket, claims);
  });
  return {
    stats: () => people.stats(),
    cleanUp: () => store.sweep(people.rooms()),
    stop: () => ticks.stop(),
  };
}
