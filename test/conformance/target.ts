import { type ClientOptions, WebSocket } from "ws";
import type { TokenKey } from "../../platform/tokens/jwt.ts";
import type { AnySocket } from "./room-socket.ts";

/**
 * How long to wait for the TCP connection to end after both sides said close. A local workerd leaves
 * it open when a room closes a socket outside that socket's own message; browsers give up after 2 s.
 * (The option is newer than the published types.)
 */
const options: ClientOptions & { readonly closeTimeout: number } = { closeTimeout: 100 };

/** A running server of watch rooms, whatever carries its messages. */
export interface CoreTarget {
  readonly name: string;
  /** Opens a socket to a room; `query` goes into the address, where there is one. */
  dial(room: string, token: string, query?: readonly string[]): AnySocket;
  /** What the server checks tokens with; the suite signs its own. */
  readonly keys: readonly TokenKey[];
}

/** A running host of watch rooms, known by its addresses alone. */
export interface RoomTarget extends CoreTarget {
  /** Address of a room's socket; `token` goes in as it is, also when it is none. */
  socketUrl(room: string, token: string): string;
  /** Address at which a function asks a room. */
  requestUrl(room: string): string;
}

/** The usual addresses under a host's origin, `/parties/watch/<room>`. */
export function targetAt(
  name: string,
  origin: () => string,
  keys: readonly TokenKey[],
): RoomTarget {
  const address = (room: string) => new URL(`/parties/watch/${room}`, origin());
  const socketUrl = (room: string, token: string) => {
    const url = address(room);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("token", token);
    return url.href;
  };
  return {
    name,
    keys,
    requestUrl: (room) => address(room).href,
    socketUrl,
    dial: (room, token, query = []) =>
      new WebSocket([socketUrl(room, token), ...query].join("&"), options),
  };
}
