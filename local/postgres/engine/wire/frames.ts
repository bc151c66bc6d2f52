/**
 * Messages of the Postgres wire protocol, version 3, as far as a server front needs to know them:
 * their outlines and the few it writes itself. What is in them passes through unread.
 * Source: PostgreSQL documentation, "Message Formats".
 */

/** One typed message: a type byte, four bytes of length that count themselves, a body. */
export interface Frame {
  readonly type: string;
  /** The whole message, header included. */
  readonly bytes: Buffer;
}

export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Cuts a byte stream into frames. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  readonly #frame_bytes_max: number;

  constructor(frame_bytes_max: number) {
    this.#frame_bytes_max = frame_bytes_max;
  }

  /** Bytes that have come and were not taken yet. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next untyped message (only the first of a connection has no type), once it is complete. */
  startup(): Buffer | undefined {
    return this.#take(0);
  }

  /** The next typed message, once it is complete. */
  next(): Frame | undefined {
    const bytes = this.#take(1);
    return bytes && { type: String.fromCharCode(bytes[0] ?? 0), bytes };
  }

  /** @throws ProtocolError if the announced length makes no sense or is over the limit */
  #take(typeBytes: number): Buffer | undefined {
    if (this.#length < typeBytes + 4) return undefined;
    const head = this.#merge(typeBytes + 4);
    const length = head.readInt32BE(typeBytes) + typeBytes;
    if (length < typeBytes + 4 || length > this.#frame_bytes_max)
      throw new ProtocolError(`invalid message length ${length}`);
    if (this.#length < length) return undefined;
    const first = this.#merge(length);
    this.#chunks[0] = first.subarray(length);
    this.#length -= length;
    return first.subarray(0, length);
  }

  /** Joins chunks from the front until the first has at least this many bytes. */
  #merge(bytes_min: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= bytes_min) return first;
    // All at once: joining a large message chunk by chunk would copy it again and again.
    const merged = Buffer.concat(this.#chunks);
    this.#chunks = [merged];
    return merged;
  }
}

/** A message from its type and the parts of its body; a string gets its closing zero. */
export function frame(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : part)),
  );
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export type TransactionStatus = "I" | "T" | "E";

export const readyForQuery = (status: TransactionStatus): Buffer => frame("Z", Buffer.from(status));

export const query = (text: string): Buffer => frame("Q", text);

export const copyFail = (message: string): Buffer => frame("f", message);

export function errorResponse(severity: "ERROR" | "FATAL", code: string, message: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${message}`];
  return frame("E", ...fields, Buffer.from([0]));
}

/** The status in the ReadyForQuery that ends a reply; undefined if the reply does not end in one. */
export function endStatus(reply: Buffer): TransactionStatus | undefined {
  const at = reply.length - 6;
  if (at < 0 || reply[at] !== 0x5a || reply.readInt32BE(at + 1) !== 5) return undefined;
  const status = String.fromCharCode(reply[at + 5] ?? 0);
  return status === "I" || status === "T" || status === "E" ? status : undefined;
}

/** The longest run of whole messages at the front. */
export function wholeFrames(bytes: Buffer): Buffer {
  let end = 0;
  while (end + 5 <= bytes.length) {
    const next = end + 1 + bytes.readInt32BE(end + 1);
    if (next > bytes.length) break;
    end = next;
  }
  return bytes.subarray(0, end);
}
