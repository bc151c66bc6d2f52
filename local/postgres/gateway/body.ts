import type { IncomingMessage } from "node:http";
import { EngineBusyError } from "../engine/errors.ts";
import { BadRequestError, BodyTooLargeError } from "./errors.ts";

/** How much more than its limit is read of a body, so that its sender stays to hear the answer. */
const drained_factor_max = 4;

/** Bodies of all requests together are bounded too. */
export class BodyReader {
  readonly #body_bytes_max: number;
  readonly #held_bytes_max: number;
  #held_bytes = 0;

  constructor(body_bytes_max: number, held_bytes_max: number) {
    this.#body_bytes_max = body_bytes_max;
    this.#held_bytes_max = held_bytes_max;
  }

  /**
   * Reads a body, hands it to `use` and counts it as held until `use` is done.
   * @throws BodyTooLargeError, EngineBusyError if all bodies together are too much, BadRequestError
   * if it breaks off or is not UTF-8
   */
  async withBody<T>(request: IncomingMessage, use: (body: string) => Promise<T>): Promise<T> {
    const reserved = { bytes: 0 };
    try {
      return await use(decode(await this.#read(request, reserved)));
    } finally {
      this.#held_bytes -= reserved.bytes;
    }
  }

  async #read(request: IncomingMessage, reserved: { bytes: number }): Promise<Buffer[]> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let refusal: Error | undefined;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > this.#body_bytes_max * drained_factor_max) break;
        refusal ??= this.#refuse(bytes, chunk.length);
        if (refusal !== undefined) {
          chunks.length = 0;
          continue;
        }
        this.#held_bytes += chunk.length;
        reserved.bytes += chunk.length;
        chunks.push(chunk);
      }
    } catch {
      throw new BadRequestError("could not read the HTTP request body: it broke off");
    }
    if (refusal !== undefined) throw refusal;
    return chunks;
  }

  #refuse(bytes: number, chunk_bytes: number): Error | undefined {
    if (bytes > this.#body_bytes_max) return new BodyTooLargeError(this.#body_bytes_max);
    if (this.#held_bytes + chunk_bytes > this.#held_bytes_max)
      return new EngineBusyError("too many large requests at once");
    return undefined;
  }
}

function decode(chunks: readonly Buffer[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BadRequestError("could not parse the HTTP request body: it is not UTF-8");
  }
}
