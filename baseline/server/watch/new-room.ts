import { defaultSampleId } from "../../../protocol/watch/media.ts";
import type { WatchRoom } from "../../../protocol/watch/rest.ts";
import type { WatchRoomData } from "../../../protocol/watch/room-data.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import type { RoomState } from "./room-store.ts";

export const defaultSource: Source = { kind: "sample", id: defaultSampleId };

type Made = Omit<WatchRoomData, "session">;

/** A room in which nothing has happened yet. */
export function newRoom(id: string, made: Made): RoomState {
  const { title, media, maxParticipants, permissions, hasPassword, gate } = made;
  const listed = made.public;
  return {
    id,
    source: media,
    options: {
      title,
      maxParticipants,
      permissions,
      gate,
      locked: false,
      public: listed,
      hasPassword,
    },
    anchor: {
      itemId: "first",
      position_ms: 0,
      anchorServer_ms: 0,
      rate: 1,
      playing: false,
      seq: 0,
    },
    chat: [],
    chatCursor: 0,
    createdAt: new Date().toISOString(),
  };
}

/** A room as the REST answers have it. */
export function viewOf({ id, source, options, createdAt }: RoomState): WatchRoom {
  const { title, maxParticipants, permissions, gate, hasPassword } = options;
  const listed = options.public;
  return {
    id,
    title,
    source,
    maxParticipants,
    permissions,
    gate,
    public: listed,
    hasPassword,
    createdAt,
  };
}

/** What a token says of a room that exists: what it was made of. */
export function dataOf(room: RoomState, session: string): Record<string, unknown> {
  const { title, maxParticipants, permissions } = room.options;
  return { title, media: room.source, maxParticipants, permissions, session };
}
