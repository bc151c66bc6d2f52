import {
  hashPassword,
  type ScryptParameters,
  verifyPassword,
} from "../../platform/identity/password.ts";

/**
 * How passwords of rooms are kept: as those of accounts, with a fifth of their work. In one run of
 * Node on one core of a small machine a check took 26 ms, where an account's took 128 and PBKDF2 at
 * Workers' cap 12; and it takes the same 16 MiB as an account's, where PBKDF2 takes none. A room's password is said aloud to a group and
 * ends with the room; tries are counted; and up to two hundred people may come at once, each of whom
 * costs one check.
 */
const roomParameters: ScryptParameters = { ln: 14, r: 8, p: 1 };

/** What Postgres keeps of a room's password. */
export function hashRoomPassword(password: string): Promise<string> {
  return hashPassword(password, roomParameters);
}

/** Whether it is the room's password. */
export function isRoomPassword(hash: string, password: string): Promise<boolean> {
  return verifyPassword(hash, password);
}
