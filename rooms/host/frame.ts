import type { z } from "zod";
import { frame_bytes_max, type RoomError } from "../../protocol/room.ts";

/** A frame as a client sent it: its message, or what to answer instead. */
export type ParsedFrame<Message> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly error: RoomError };

const message_characters_max = 200;

/**
 * Reads one frame from a client. Its size is looked at before anything else.
 * @returns the message, or `frame_too_large`, `invalid_json` or `invalid_message` and why
 */
export function parseFrame<Message>(
  schema: z.ZodType<Message>,
  frame: string | ArrayBuffer | ArrayBufferView,
): ParsedFrame<Message> {
  if (isTooLarge(frame))
    return refused("frame_too_large", `A frame may have ${frame_bytes_max} bytes at most.`);
  if (typeof frame !== "string")
    return refused("invalid_message", "Frames must be text, not binary.");
  const json = parseJson(frame);
  if (!json.ok) return refused("invalid_json", "The frame is not well-formed JSON.");
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return refused("invalid_message", firstIssue(parsed.error));
}

function refused(
  code: RoomError["code"],
  message: string,
): { readonly ok: false; readonly error: RoomError } {
  return { ok: false, error: { type: "error", code, message } };
}

function isTooLarge(frame: string | ArrayBuffer | ArrayBufferView): boolean {
  if (typeof frame !== "string") return frame.byteLength > frame_bytes_max;
  // A UTF-16 code unit takes one to three bytes of UTF-8, so most frames need no encoding.
  if (frame.length > frame_bytes_max) return true;
  return (
    frame.length * 3 > frame_bytes_max &&
    new TextEncoder().encode(frame).byteLength > frame_bytes_max
  );
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.join(".") ?? "";
  const text = path === "" ? (issue?.message ?? "") : `${path}: ${issue?.message}`;
  return text.slice(0, message_characters_max);
}
