import type { Anchor } from "../../../protocol/watch/anchor.ts";
import type { ChatMessage, OwnReaction, Reaction } from "../../../protocol/watch/chat.ts";
import type { Ban } from "../../../protocol/watch/down.ts";
import type { WatchMember } from "../../../protocol/watch/member.ts";
import type { RoomOptions } from "../../../protocol/watch/options.ts";
import type { WatchRole } from "../../../protocol/watch/permissions.ts";
import type { QueueItem } from "../../../protocol/watch/queue.ts";
import type { JoinedWatchRoom } from "../../../protocol/watch/rest.ts";
import type { ConnectionState } from "../../room/connection.ts";
import type { ClockEstimate } from "../clock.ts";
import { type Intent, intentOf, noCommands } from "../commands.ts";

/** Something this person said that the room has not sent back yet. */
export interface Unsent {
  readonly ref: string;
  readonly text: string;
  readonly replyTo: number | undefined;
}

/** A reaction to be shown over the video for a moment. */
export interface FloatingReaction {
  /** Rises by one with each; tells a new one from one that was shown. */
  readonly id: number;
  readonly emoji: Reaction;
  readonly by: string;
}

/** Somebody writes; local time until which that is worth showing. */
export interface Typing {
  readonly by: string;
  readonly until_ms: number;
}

/** All that the page draws of a room. Never changed, only replaced. */
export interface RoomSnapshot {
  /** Title and media as the API told them, once the join was answered. */
  readonly room: JoinedWatchRoom["room"] | null;
  readonly connection: ConnectionState;
  readonly memberId: string | null;
  /** This person's own role, as the room has it. */
  readonly role: WatchRole | null;
  readonly members: readonly WatchMember[];
  /** Null until the first welcome. */
  readonly options: RoomOptions | null;
  readonly anchor: Anchor | null;
  /** Whom the ready gate waits for; empty while nobody waits. */
  readonly waitingFor: readonly string[];
  readonly queue: readonly QueueItem[];
  /** Items this person voted for; the current one, to skip it. */
  readonly voted: readonly string[];
  /** Oldest first. */
  readonly chat: readonly ChatMessage[];
  /** This person's own reactions to them. */
  readonly reacted: readonly OwnReaction[];
  readonly unsent: readonly Unsent[];
  readonly typing: readonly Typing[];
  /** The latest few, oldest first. */
  readonly reactions: readonly FloatingReaction[];
  /** Known only to those who may put people out. */
  readonly bans: readonly Ban[];
  readonly clock: ClockEstimate | null;
  /** What this person wants and the room has not said yet. */
  readonly intent: Intent;
}

export const initialSnapshot: RoomSnapshot = {
  room: null,
  connection: { kind: "connecting" },
  memberId: null,
  role: null,
  members: [],
  options: null,
  anchor: null,
  waitingFor: [],
  queue: [],
  voted: [],
  chat: [],
  reacted: [],
  unsent: [],
  typing: [],
  reactions: [],
  bans: [],
  clock: null,
  intent: intentOf(noCommands),
};
