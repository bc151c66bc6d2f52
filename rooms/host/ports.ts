import type { RoomClaims } from "../../protocol/room.ts";
import type { RoomTypes } from "../room.ts";
import type { Changes } from "./changes.ts";
import type { CountedNote } from "./meter.ts";
import type { Strikes } from "./strikes.ts";

/** What a host keeps with a socket, so that it survives the room's sleep. */
export interface SocketNote {
  readonly claims: RoomClaims;
  /** The how-manieth socket of this room it is; restores the order of joining. */
  readonly order: number;
  readonly strikes: Strikes;
  /** The room has closed it and said so to everybody: its own close event is no news. */
  readonly left: boolean;
  /** When the socket joined, or on a host that answers pings itself, when the last one came. */
  readonly seen_ms?: number | undefined;
  /** What the room has counted; the host's own affair, and with one socket alone. */
  readonly counted?: CountedNote | undefined;
}

/** One socket, as either host hands it to the room. */
export interface RoomSocket {
  readonly id: string;
  send(text: string): void;
  close(code: number, reason: string): void;
  keep(note: SocketNote): void;
  /** When the platform last answered a ping on it without waking the room, if it ever did. */
  pingedAt_ms?(): number | undefined;
}

/** What a room reaches of the world, each by one host's means. */
export interface RoomPorts<T extends RoomTypes> {
  now_ms(): number;
  /** A uniform number in [0, 1). */
  random(): number;
  /** Writes in one go; returns at once, and what is sent afterwards waits until it is on disk. */
  store(changes: Changes): void;
  setAlarm(at_ms: number | null): void;
  /** Deletes everything the room stored, and its alarm. */
  forget(): void;
  /** Does something a few milliseconds later, if the room is still awake then. */
  after(delay_ms: number, act: () => void): void;
  runTask(task: T["task"]): Promise<T["answer"]>;
  count(name: string, amount: number): void;
  /** Something that must not happen; where, and what was thrown. */
  report(where: string, error: unknown): void;
}
