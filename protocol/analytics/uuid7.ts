import { z } from "zod";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const day_ms = 86_400_000;

/**
 * A UUID of version 7 (RFC 9562): its first 48 bits are the moment it was made, in milliseconds since
 * 1970. Whatever depends on when something happened is taken from there, because a retry has the
 * same; taken in either case, kept in lower case.
 */
export const uuid7Schema = z.string().max(36).toLowerCase().regex(pattern, "must be a UUIDv7");

/** When a UUIDv7 was made, in milliseconds since 1970. @param uuid one that `uuid7Schema` has passed */
export function uuid7Time_ms(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The UTC day of a moment, `2026-11-21`. */
export function dayOf(time_ms: number): string {
  return new Date(Math.floor(time_ms / day_ms) * day_ms).toISOString().slice(0, 10);
}

/**
 * Makes a UUIDv7.
 * @param time_ms milliseconds since 1970, at most 48 bits
 * @param random ten random bytes
 */
export function makeUuid7(time_ms: number, random: Uint8Array): string {
  const time = Math.floor(time_ms).toString(16).padStart(12, "0");
  const bytes = Array.from(random.slice(0, 10));
  bytes[0] = ((bytes[0] ?? 0) & 0x0f) | 0x70;
  bytes[2] = ((bytes[2] ?? 0) & 0x3f) | 0x80;
  const rest = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const [a, b, c, d] = [rest.slice(0, 4), rest.slice(4, 8), rest.slice(8), time];
  return `${d.slice(0, 8)}-${d.slice(8)}-${a}-${b}-${c}`;
}
