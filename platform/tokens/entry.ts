import { type RoomClaims, sinceSchema } from "../../protocol/room.ts";
import type { TokenKey, TokenProblemCode } from "./jwt.ts";
import { type RoomAddress, verifyRoomOrResumeToken } from "./room.ts";

/** What a socket's address says of who opens it. */
export interface EntryQuery {
  readonly token: string | null | undefined;
  /** Where the holder left off, by the room's own count. */
  readonly since: string | null | undefined;
}

export type Entry =
  | { readonly ok: true; readonly claims: RoomClaims }
  | { readonly ok: false; readonly code: TokenProblemCode | "bad_request" };

/**
 * Who may open a socket to this room: the holder of a room token or of a resume token, with where
 * they left off. Every gate asks this, before the room hears of anything.
 */
export async function verifyEntry(
  query: EntryQuery,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<Entry> {
  const verified = await verifyRoomOrResumeToken(query.token, address, keys, now_ms);
  if (!verified.ok || query.since === null || query.since === undefined) return verified;
  const since = sinceSchema.safeParse(/^\d{1,16}$/.test(query.since) ? Number(query.since) : null);
  if (!since.success) return { ok: false, code: "bad_request" };
  return { ok: true, claims: { ...verified.claims, since: since.data } };
}
