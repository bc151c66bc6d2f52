import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { runPart } from "../../local/process/part.ts";

/** A room's messages that the server remembers. */
const chat_max = 100;

/**
 * The same chat as it ran on an always-on server: Socket.IO with that design's settings, WebSocket
 * alone, no compression, rooms and their last messages in memory.
 */
await runPart(async () => {
  const http = createServer();
  const io = new Server(http, {
    transports: ["websocket"],
    perMessageDeflate: false,
    httpCompression: false,
    pingTimeout: 60_000,
    pingInterval: 25_000,
    maxHttpBufferSize: 1e6,
    allowEIO3: false,
  });
  const chat: unknown[] = [];
  io.on("connection", (socket) => {
    void socket.join("room");
    socket.on("react", ({ emoji }: { emoji: string }) => {
      io.to("room").emit("reaction", { emoji, by: socket.id });
    });
    socket.on("chat", ({ text, ref }: { text: string; ref: string }) => {
      const message = {
        id: chat.length,
        by: socket.id,
        name: "Name",
        text,
        at_ms: Date.now(),
        ref,
      };
      chat.push(message);
      if (chat.length > chat_max) chat.shift();
      io.to("room").emit("chat", message);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    info: { port },
    stop: async () => {
      await io.close();
    },
  };
});
