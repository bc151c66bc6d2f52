import type { TokenKey } from "../../platform/tokens/jwt.ts";
import { randomId } from "../random-id.ts";
import { keyedHash } from "./keyed-hash.ts";

const random_length = 10;
const mark_length = 6;

/**
 * A new room's id: ten random characters and six that only we can make of them. Whoever wants to
 * guess one has 96 bits against them all the same; and of an id that leads nowhere we can tell
 * whether there ever was a room behind it, without having kept anything of it.
 */
export async function newRoomId(keys: readonly TokenKey[]): Promise<string> {
  const random = randomId(random_length);
  const [key] = keys;
  if (key === undefined) throw new RangeError("no key to make ids with");
  return `${random}${await markOf(random, key)}`;
}

/** Whether an id was made here, by a key that still holds. */
export async function wasRoomId(id: string, keys: readonly TokenKey[]): Promise<boolean> {
  if (id.length !== random_length + mark_length) return false;
  const random = id.slice(0, random_length);
  for (const key of keys) if (`${random}${await markOf(random, key)}` === id) return true;
  return false;
}

function markOf(random: string, key: TokenKey): Promise<string> {
  return keyedHash(key, `watch-room-id:${random}`, mark_length);
}
