import type { Server } from "socket.io";

const window_ms = 10_000;

/** Counts what clients send, for the documents' `messagesPerSecond`: the mean of the last 10 s. */
export class MessageRate {
  #current = 0;
  #perSecond = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(io: Server) {
    io.engine.on("connection", (connection: { on(name: "message", heard: () => void): void }) => {
      connection.on("message", () => {
        this.#current += 1;
      });
    });
    this.#timer = setInterval(() => {
      this.#perSecond = this.#current / (window_ms / 1000);
      this.#current = 0;
    }, window_ms);
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
