import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Server } from "socket.io";
import { z } from "zod";
import { runPart } from "../../local/process/part.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** The heap after a collection. */
function heap_bytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const signalSchema = z.object({ number: z.number(), signal: z.unknown() });

/**
 * The same relay as it ran on an always-on server: Socket.IO with that design's settings, WebSocket
 * alone, no compression. A signal goes to the other socket of the room, after a check of its shape.
 */
await runPart(async () => {
  const http = createServer((_request, response) => {
    response.end(String(heap_bytes()));
  });
  const io = new Server(http, {
    transports: ["websocket"],
    perMessageDeflate: false,
    httpCompression: false,
    pingTimeout: 60_000,
    pingInterval: 25_000,
    maxHttpBufferSize: 1e6,
  });
  io.on("connection", (socket) => {
    const room = String(socket.handshake.query.room);
    // A presence as a lobby keeps it, for the memory to be compared.
    socket.data.person = { id: socket.id, name: "Name", languages: ["en"], status: "online" };
    void socket.join(room);
    socket.on("signal", (message: unknown) => {
      const parsed = signalSchema.safeParse(message);
      if (parsed.success) socket.to(room).emit("signal", parsed.data);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return { info: { port }, stop: async () => void (await io.close()) };
});
