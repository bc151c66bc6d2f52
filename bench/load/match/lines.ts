import { Manager, type Socket } from "socket.io-client";
import { type ClientOptions, WebSocket } from "ws";
import { messagesIn, pingFrame, pongFrame } from "../../../protocol/room.ts";
import type { Side } from "../driver.ts";

/** As often as a page asks whether its line lives. */
const pingEvery_ms = 20_000;
/** A local workerd leaves the connection of a socket open that its room has closed. */
const webOptions: ClientOptions & { readonly closeTimeout: number } = {
  perMessageDeflate: false,
  closeTimeout: 500,
};

export interface LineEvents {
  readonly onOpen: () => void;
  readonly onMessage: (message: unknown) => void;
  /** It is gone, and not by `close`. @param why in few words */
  readonly onLost: (why: string) => void;
}

/** A socket to one room, on either side. */
export interface Line {
  say(message: unknown): void;
  close(): void;
}

/** The lines of one stay: once its lobby's line has closed, the next stay takes others. */
export interface Lines {
  open(party: "lobby" | "call", room: string, token: string, events: LineEvents): Line;
}

/** @param received told of the payload of every frame */
export function linesOf({ name, url }: Side, received: (bytes: number) => void): Lines {
  return name === "edge" ? edgeLines(url, received) : containerLines(url, received);
}

/** A WebSocket for each room. */
function edgeLines(origin: string, received: (bytes: number) => void): Lines {
  return {
    open(party, room, token, { onOpen, onMessage, onLost }) {
      const url = new URL(`/parties/${party}/${room}`, origin);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("token", token);
      const web = new WebSocket(url, webOptions);
      let over = false;
      const end = (why?: string) => {
        if (over) return;
        over = true;
        clearInterval(pings);
        if (why !== undefined) onLost(why);
      };
      let asked = false;
      const pings = setInterval(() => {
        if (asked) end("no pong");
        else if (web.readyState === WebSocket.OPEN) web.send(pingFrame);
        asked = true;
      }, pingEvery_ms);
      web.on("open", () => over || onOpen());
      web.on("message", (data: Buffer) => {
        received(data.length);
        asked = false;
        const text = data.toString();
        if (text === pongFrame) return;
        for (const message of messagesIn(JSON.parse(text))) if (!over) onMessage(message);
      });
      web.on("error", () => end("no connection"));
      web.on("close", (code) => end(`closed ${code}`));
      return {
        say: (message) => {
          if (web.readyState === WebSocket.OPEN) web.send(JSON.stringify(message));
        },
        close: () => {
          end();
          web.close(1000, "left");
        },
      };
    },
  };
}

/**
 * One Socket.IO connection with a namespace for each kind of room. A word to a namespace that the server
 * has closed makes it close the whole connection; so the end of a call is left to the server, which ends
 * it for both, and only what crosses its goodbye on the way can still do that.
 */
function containerLines(origin: string, received: (bytes: number) => void): Lines {
  let manager: Manager | undefined;
  return {
    open(party, room, token, events) {
      manager ??= connect(origin, received);
      const { engine, socket } = namespaceOf(manager, party);
      const begin = () => {
        listen(socket, events);
        socket.auth = { room, token };
        socket.connect();
      };
      if (socket.connected) socket.once("disconnect", begin);
      else begin();
      return {
        say: (message) => {
          if (socket.connected) socket.emit("up", message);
        },
        close: () => {
          socket.removeAllListeners();
          if (party === "lobby") engine.close();
        },
      };
    },
  };
}

function namespaceOf(manager: Manager, party: string) {
  const socket = manager.socket(`/${party}`);
  // Whoever had it before does not hear of it any more.
  socket.removeAllListeners();
  return { engine: manager.engine, socket };
}

function listen(socket: Socket, { onOpen, onMessage, onLost }: LineEvents): void {
  let closed = "closed";
  const end = (why: string) => {
    socket.removeAllListeners();
    onLost(why);
  };
  socket.on("connect", onOpen);
  socket.on("down", onMessage);
  socket.on("closed", ({ code }: { readonly code: number }) => {
    closed = `closed ${code}`;
  });
  socket.on("disconnect", () => end(closed));
  socket.on("connect_error", () => end("no connection"));
}

function connect(origin: string, received: (bytes: number) => void): Manager {
  const manager = new Manager(origin, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    // So that a namespace connects only once it has its token.
    autoConnect: false,
  });
  // A manager that begins to connect has its engine at once.
  manager.open(() => {});
  manager.engine.on("data", (data) => received(Buffer.byteLength(data)));
  return manager;
}
