import type { ClientBase } from "pg";
import { ResultTooLargeError } from "./errors.ts";

/** Headers, names and counts around the values of a message. */
const slack_bytes = 64 * 1024;

/**
 * Cuts a connection off when the server announces a message larger than anyone may have. `pg` would
 * first hold all of it and then make a string of it, which ends the process at half a gigabyte.
 * @param client has just connected, so that the next byte begins a message
 */
export function guardFrames(client: ClientBase, row_bytes_max: number): void {
  const { stream } = Reflect.get(client, "connection") as { stream: NodeJS.ReadableStream };
  const watch = new FrameWatch();
  stream.prependListener("data", (chunk: Buffer) => {
    if (watch.largest(chunk) <= row_bytes_max + slack_bytes) return;
    (stream as unknown as { destroy(error: Error): void }).destroy(
      new ResultTooLargeError(row_bytes_max),
    );
  });
}

/** Follows the outline of a stream of messages: a type byte, four bytes of length, a body. */
class FrameWatch {
  readonly #head = Buffer.alloc(5);
  #head_bytes = 0;
  #body_bytes = 0;

  /** The length of the largest message that is announced in this chunk. */
  largest(chunk: Buffer): number {
    let largest = 0;
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#body_bytes, chunk.length - at);
      this.#body_bytes -= skipped;
      at += skipped;
      const copied = chunk.copy(this.#head, this.#head_bytes, at, at + 5 - this.#head_bytes);
      this.#head_bytes += copied;
      at += copied;
      if (this.#head_bytes < 5) continue;
      this.#head_bytes = 0;
      this.#body_bytes = Math.max(0, this.#head.readInt32BE(1) - 4);
      largest = Math.max(largest, this.#body_bytes);
    }
    return largest;
  }
}
