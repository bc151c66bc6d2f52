import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WireConnection, type WireOptions } from "./connection.ts";
import { errorResponse } from "./frames.ts";
import { SessionLease } from "./lease.ts";

/** A port taken moments ago by a thread that was ended is free again soon. */
const listen_attempts_max = 40;
const listen_retry_ms = 50;

export interface WireServerOptions extends WireOptions {
  /** Called when the session itself broke, which ends all of this. */
  onFatal(error: unknown): void;
}

/**
 * Lets any Postgres driver on this machine speak to the one session of an embedded Postgres. As
 * with a pooler in transaction mode, clients share it transaction by transaction: what a client has
 * SET, prepared or locked lasts until another client's turn.
 */
export class WireServer {
  readonly lease = new SessionLease();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #backends = 0;

  constructor(options: WireServerOptions) {
    this.#server = createServer((socket) => {
      if (this.#sockets.size >= options.limits.connections_max) {
        socket.on("error", () => {});
        socket.end(errorResponse("FATAL", "53300", "sorry, too many clients already"));
        return;
      }
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.#backends += 1;
      const connection = new WireConnection(socket, this.#backends, this.lease, options);
      connection.serve().catch(options.onFatal);
    });
  }

  async listen(port: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await new Promise<void>((resolve, reject) => {
          this.#server.once("error", reject);
          this.#server.listen({ port, host: "127.0.0.1" }, resolve);
        });
        return;
      } catch (error) {
        if (attempt === listen_attempts_max) throw error;
        await delay(listen_retry_ms);
      }
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
