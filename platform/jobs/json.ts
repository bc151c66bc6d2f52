/**
 * Escapes that JSON may hold and Postgres's `jsonb` refuses: NUL and halves of surrogate pairs. An
 * even number of backslashes before one is text about an escape and not the escape.
 */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** A value as JSON, or why it cannot be kept. */
export type JsonText =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "invalid" | "too_large"; readonly why: string };

/** @param bytes_max the longest the text may be in UTF-8 */
export function jsonText(value: unknown, bytes_max: number): JsonText {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return { type: "invalid", why: "it is not JSON" };
  }
  if (text === undefined) return { type: "invalid", why: "it is not JSON" };
  if (new TextEncoder().encode(text).byteLength > bytes_max)
    return { type: "too_large", why: `it may have ${bytes_max} bytes` };
  if (unstorable.test(text)) return { type: "invalid", why: "it holds a NUL or half a character" };
  return { type: "text", text };
}

/** A line for people, as Postgres can keep it: without control characters, of whole characters, cut. */
export function plainLine(text: string, length_max: number): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]+/gu, " ")
    .trim()
    .slice(0, length_max)
    .replace(/\p{Cs}$/u, "");
}
