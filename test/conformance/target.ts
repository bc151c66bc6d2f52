import type { TokenKey } from "../../platform/tokens/jwt.ts";

/** A running host of watch rooms, known by its addresses alone. */
export interface RoomTarget {
  readonly name: string;
  /** Address of a room's socket; `token` goes in as it is, also when it is none. */
  socketUrl(room: string, token: string): string;
  /** Address at which a function asks a room. */
  requestUrl(room: string): string;
  /** What the host checks tokens with; the suite signs its own. */
  readonly keys: readonly TokenKey[];
}

/** The usual addresses under a host's origin, `/parties/watch/<room>`. */
export function targetAt(
  name: string,
  origin: () => string,
  keys: readonly TokenKey[],
): RoomTarget {
  const address = (room: string) => new URL(`/parties/watch/${room}`, origin());
  return {
    name,
    keys,
    requestUrl: (room) => address(room).href,
    socketUrl(room, token) {
      const url = address(room);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      url.searchParams.set("token", token);
      return url.href;
    },
  };
}
