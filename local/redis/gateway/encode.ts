import type { Reply } from "./command.ts";
import { tooLarge } from "./errors.ts";

/** How strings of an answer are written: as text, or as base64 when the client asked for that. */
export type Encoding = "text" | "base64";

/** Most bytes of strings that one answer may hold; Upstash has the same limit for both directions. */
export const answer_bytes_max = 10 * 1024 * 1024;

/**
 * One reply as Upstash answers it: `{"result": ...}` or `{"error": "..."}`, as JSON text.
 * In base64 every string is encoded, nested ones too, but for a whole reply that is `OK`; numbers,
 * null and errors stay plain. Integers keep all 64 bits.
 * @throws GatewayError when the reply holds more than `answer_bytes_max` bytes
 */
export function encodeAnswer(reply: Reply, encoding: Encoding): string {
  if (reply instanceof Error) return encodeError(reply.message);
  const bytes = replyBytes(reply);
  if (bytes > answer_bytes_max) throw tooLarge(answer_bytes_max, bytes);
  return `{"result":${isOk(reply) ? '"OK"' : encodeReply(reply, encoding)}}`;
}

/** `{"error": "..."}` as JSON text. */
export function encodeError(message: string): string {
  return `{"error":${JSON.stringify(message)}}`;
}

/** Bytes of all strings in a reply. */
function replyBytes(reply: Reply): number {
  if (Buffer.isBuffer(reply)) return reply.length;
  if (!isList(reply)) return 0;
  let total = 0;
  for (const item of reply) total += replyBytes(item);
  return total;
}

function encodeReply(reply: Reply, encoding: Encoding): string {
  if (reply === null) return "null";
  if (Buffer.isBuffer(reply)) {
    return encoding === "base64"
      ? `"${reply.toString("base64")}"`
      : JSON.stringify(reply.toString("utf8"));
  }
  if (typeof reply === "string") return /^-?\d+$/.test(reply) ? reply : JSON.stringify(reply);
  if (isList(reply)) return `[${reply.map((item) => encodeReply(item, encoding)).join(",")}]`;
  return JSON.stringify(reply.message);
}

function isList(reply: Reply): reply is readonly Reply[] {
  return Array.isArray(reply);
}

function isOk(reply: Reply): boolean {
  return Buffer.isBuffer(reply) && reply.length === 2 && reply.toString("latin1") === "OK";
}
