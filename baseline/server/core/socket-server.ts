import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";

/** The documents' Socket.IO, setting for setting. */
export function createSocketServer(http: HttpServer, corsOrigin: string | undefined): Server {
  const io = new Server(http, {
    ...(corsOrigin === undefined
      ? {}
      : { cors: { origin: corsOrigin, methods: ["GET", "POST"], credentials: true } }),
    transports: ["websocket"],
    allowUpgrades: false,
    pingTimeout: 60_000,
    pingInterval: 25_000,
    maxHttpBufferSize: 1e6,
    allowEIO3: false,
    perMessageDeflate: { threshold: 1_024, zlibDeflateOptions: { level: 6 } },
  });
  // As short as the documents have it; padded, because a random number may print shorter.
  io.engine.generateId = () => Math.random().toString(36).slice(2, 11).padEnd(9, "0");
  return io;
}
