import type { TokenKey } from "../../platform/tokens/jwt.ts";
import { keyedHash } from "./keyed-hash.ts";

const hash_length = 22;

/** By what somebody is known again in a room: the account's or guest's id, or else the seat's. */
export type SessionOwner =
  | { readonly type: "user"; readonly id: string }
  | { readonly type: "member"; readonly id: string };

/**
 * The name by which a room knows a person again who comes with another seat, so that a ban holds.
 * It is another one in each room, and says nothing of who it is. It changes with the signing key:
 * bans by session then end, those by seat do not.
 */
export function sessionHash(
  keys: readonly TokenKey[],
  room: string,
  owner: SessionOwner,
): Promise<string> {
  const [key] = keys;
  if (key === undefined) throw new RangeError("no key to hash with");
  return keyedHash(key, `watch-session:${room}:${owner.type}:${owner.id}`, hash_length);
}
