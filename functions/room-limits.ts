import type { Party } from "../protocol/room.ts";

/** What bounds one room, as its machine declares it. */
export interface RoomBounds {
  readonly connections_max: number;
  readonly bytes_max: number;
}

/** By party. Functions do not know rooms; whoever puts both together says it. */
export type AllRoomLimits = Readonly<Partial<Record<Party, RoomBounds>>>;
