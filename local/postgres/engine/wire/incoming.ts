import type { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { type Frame, FrameReader } from "./frames.ts";

/** A client that left less than this ago may have its last statement run. */
const unheard_ms_min = 20;

/**
 * What a client sends, frame by frame. It keeps reading while nobody asks, because only so does it
 * notice at once that the client has left; it stops when it holds as much as one message may have.
 */
export class Incoming {
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #bytes_max: number;
  #ended = false;
  #wake: () => void = () => {};

  /** @param onEnd called once, when the client has left */
  constructor(socket: Socket, bytes_max: number, onEnd: () => void) {
    this.#socket = socket;
    this.#bytes_max = bytes_max;
    this.#reader = new FrameReader(bytes_max);
    socket.on("data", (chunk: Buffer) => {
      this.#reader.push(chunk);
      if (this.#reader.length > this.#bytes_max) socket.pause();
      this.#wake();
    });
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      this.#wake();
      onEnd();
    };
    socket.on("end", end);
    socket.on("close", end);
    // The close that follows every error says all that matters.
    socket.on("error", () => {});
  }

  /**
   * Whether the client is still there, as far as the system can tell.
   * @param blocked_ms how long this thread has just been unable to hear of it
   */
  async present(blocked_ms: number): Promise<boolean> {
    if (blocked_ms >= unheard_ms_min) {
      // What happened to sockets in that time is told within two turns.
      await turn();
      await turn();
    }
    return !this.#ended;
  }

  startup(): Promise<Buffer | undefined> {
    return this.#read(() => this.#reader.startup());
  }

  next(): Promise<Frame | undefined> {
    return this.#read(() => this.#reader.next());
  }

  async #read<T>(take: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      const taken = take();
      if (taken !== undefined || this.#ended) return taken;
      this.#socket.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
