import type { IncomingMessage } from "node:http";
import type { Place } from "./admission.ts";
import { tooLarge } from "./errors.ts";

/** Most bytes of one request's body, as at Upstash. */
export const body_bytes_max = 10 * 1024 * 1024;

/** How much of a refused body is read and thrown away, so that its sender can still read the answer. */
const drained_bytes_max = 64 * 1024 * 1024;

/** The client went away before its request was complete; there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * Reads a request's body.
 * @param place what the bytes are counted against
 * @throws GatewayError 400 when it is longer than `body_bytes_max`, 429 when there is no memory for it now
 * @throws ClientGone when the connection ends first
 */
export function readBody(request: IncomingMessage, place: Place): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    let failure: unknown;
    const fail = (error: unknown) => {
      failure ??= error;
      chunks.length = 0;
    };
    request.on("data", (chunk: Buffer) => {
      total += chunk.length;
      if (total > drained_bytes_max) request.destroy();
      if (failure !== undefined) return;
      if (total > body_bytes_max)
        return fail(tooLarge(body_bytes_max, declaredLength(request, total)));
      try {
        place.holdBytes(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    });
    request.once("end", () => {
      if (failure !== undefined) return reject(failure);
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    const gone = () => {
      if (!request.complete) reject(new ClientGone());
    };
    request.once("close", gone);
    request.once("error", gone);
  });
}

function declaredLength(request: IncomingMessage, read: number): number {
  return Math.max(read, Number(request.headers["content-length"] ?? 0));
}
