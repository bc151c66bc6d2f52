import type { Anchor } from "../../protocol/watch/anchor.ts";
import type { WatchDown, WatchMember } from "../../protocol/watch/down.ts";
import type { WatchReply, WatchRequest } from "../../protocol/watch/request.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import type { RoomEffect, RoomTypes } from "../room.ts";

/** What a watch room speaks. It asks for no outside work, so tasks and answers cannot be made. */
export interface WatchTypes extends RoomTypes {
  up: WatchUp;
  down: WatchDown;
  request: WatchRequest;
  reply: WatchReply;
  task: never;
  answer: never;
}
export type WatchEffect = RoomEffect<WatchTypes>;

/** Who sits behind one socket, and which media the token spoke of. */
export interface Seat {
  readonly member: WatchMember;
  readonly mediaId: string;
}

/** All that a watch room knows. It can be rebuilt from one stored key and the sockets, always. */
export interface WatchState {
  /** The anchor of the last accepted command; null until there was one. */
  readonly commanded: Anchor | null;
  /** By connection id, in the order of joining. */
  readonly seats: ReadonlyMap<string, Seat>;
}
