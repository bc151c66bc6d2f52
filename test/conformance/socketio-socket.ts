import { EventEmitter } from "node:events";
import { io, type Socket } from "socket.io-client";
import type { AnySocket } from "./room-socket.ts";

/** Code of a connection that ended without a word (RFC 6455, section 7.4.1). */
const abnormal = 1006;

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/**
 * A shell that makes a Socket.IO socket look like a WebSocket: messages go as `up` and come as
 * `down`; `closed`, which the server says before it disconnects, stands for the close code. The
 * server's `sync` tick is no message of ours and is left out.
 */
class SocketIoSocket implements AnySocket {
  readonly #events = new EventEmitter();
  readonly #socket: Socket;
  #closed: Closed = { code: abnormal, reason: "" };
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("down", (message: unknown) => this.#message(message));
    socket.on("closed", (closed: Closed) => {
      this.#closed = closed;
    });
    socket.on("disconnect", () => this.#end(this.#closed));
    socket.on(
      "connect_error",
      (error: Error & { data?: { code?: string; closeCode?: number } }) => {
        const { code = "unavailable", closeCode = abnormal } = error.data ?? {};
        this.#message({ type: "error", code, message: error.message });
        this.#end({ code: closeCode, reason: code });
        socket.disconnect();
      },
    );
  }

  get readyState(): number {
    return this.#ended ? 3 : this.#socket.connected ? 1 : 0;
  }

  send(data: string | ArrayBuffer): void {
    this.#socket.emit("up", JSON.parse(String(data)));
  }

  close(code = 1000): void {
    this.#closed = { code, reason: "" };
    this.#socket.disconnect();
  }

  /** Closes the connection below, as a lost network does: the namespace says nothing. */
  terminate(): void {
    this.#socket.io.engine.close();
  }

  addEventListener(
    type: "message" | "error" | "close",
    listener: (event: Closed & { readonly data: unknown }) => void,
  ): void {
    this.#events.on(type, listener);
  }

  #message(message: unknown): void {
    this.#events.emit("message", { data: JSON.stringify(message) });
  }

  #end(closed: Closed): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.emit("close", closed);
  }
}

/** Opens a room's namespace over a connection of its own, with the room's token. */
export function dialSocketIo(namespace: URL, auth: { room: string; token: string }): AnySocket {
  const settings = { transports: ["websocket"], upgrade: false, reconnection: false };
  return new SocketIoSocket(io(namespace.href, { ...settings, forceNew: true, auth }));
}
