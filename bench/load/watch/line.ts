import { Manager } from "socket.io-client";
import { type ClientOptions, WebSocket } from "ws";
import { messagesIn, pingFrame, pongFrame } from "../../../protocol/room.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import type { Side } from "../driver.ts";

/** As often as a page asks whether its line lives. */
const pingEvery_ms = 20_000;
/** A local workerd leaves the connection of a socket open that its room has closed. */
const webOptions: ClientOptions & { readonly closeTimeout: number } = {
  perMessageDeflate: false,
  closeTimeout: 500,
};

export interface LineOptions {
  readonly room: string;
  readonly token: string;
  /** Path of the socket, as the join said it. */
  readonly socketPath: string;
  /** How far the chat has been followed, for somebody who comes back. */
  readonly since?: number;
  readonly received: (bytes: number) => void;
  readonly onMessage: (message: unknown) => void;
  /** It is gone, and not by this end. @param why in few words */
  readonly onLost: (why: string) => void;
}

/** A page's socket to a watch room, on either side. */
export interface Line {
  /** @returns false while it is not open */
  say(message: WatchUp): boolean;
  /** Goes with a word. */
  close(): void;
  /** Goes without one, as a lost network does. */
  breakOff(): void;
}

export function openLine(side: Side, options: LineOptions): Line {
  return side.name === "edge" ? webLine(side.url, options) : socketIoLine(side.url, options);
}

function webLine(origin: string, options: LineOptions): Line {
  const url = new URL(options.socketPath, origin);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("token", options.token);
  if (options.since !== undefined) url.searchParams.set("since", String(options.since));
  const web = new WebSocket(url, webOptions);
  let over = false;
  const end = (why?: string) => {
    if (over) return;
    over = true;
    clearInterval(pings);
    if (why !== undefined) options.onLost(why);
  };
  const isOpen = () => !over && web.readyState === WebSocket.OPEN;
  const pings = setInterval(() => isOpen() && web.send(pingFrame), pingEvery_ms);
  web.on("message", (data: Buffer) => {
    options.received(data.length);
    const text = data.toString();
    if (over || text === pongFrame) return;
    for (const message of messagesIn(JSON.parse(text))) options.onMessage(message);
  });
  web.on("error", () => end("no connection"));
  web.on("close", (code) => end(`closed ${code}`));
  return {
    say(message) {
      if (!isOpen()) return false;
      web.send(JSON.stringify(message));
      return true;
    },
    close() {
      end();
      web.close(1000);
    },
    breakOff() {
      end();
      web.terminate();
    },
  };
}

function socketIoLine(origin: string, options: LineOptions): Line {
  const { room, token } = options;
  // A manager of its own is a connection of its own, which opens with its namespace.
  const manager = new Manager(origin, {
    transports: ["websocket"],
    reconnection: false,
    autoConnect: false,
  });
  const socket = manager.socket("/watch", { auth: { room, token } });
  let over = false;
  const end = (why?: string) => {
    if (over) return;
    over = true;
    socket.removeAllListeners();
    if (why !== undefined) options.onLost(why);
  };
  socket.on("down", options.onMessage);
  socket.on("closed", ({ code }: { readonly code: number }) => end(`closed ${code}`));
  socket.on("disconnect", () => end("closed"));
  socket.on("connect_error", () => end("no connection"));
  socket.connect();
  manager.engine.on("data", (data) => options.received(Buffer.byteLength(data)));
  return {
    say(message) {
      if (over || !socket.connected) return false;
      socket.emit("up", message);
      return true;
    },
    close() {
      end();
      socket.disconnect();
    },
    breakOff() {
      end();
      manager.engine.close();
    },
  };
}
