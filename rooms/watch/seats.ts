import type { RoomClaims } from "../../protocol/room.ts";
import { type WatchMember, watchMemberSchema } from "../../protocol/watch/down.ts";
import { watchRoomDataSchema } from "../../protocol/watch/room-data.ts";
import type { Seat } from "./types.ts";

type Seats = ReadonlyMap<string, Seat>;

/** The seat these claims entitle to, or undefined when they do not fit a watch room. */
export function seatOf(claims: RoomClaims): Seat | undefined {
  const data = watchRoomDataSchema.safeParse(claims.data);
  const member = watchMemberSchema.safeParse({
    id: claims.member,
    name: claims.name,
    role: claims.role,
  });
  if (!data.success || !member.success) return undefined;
  return { member: member.data, mediaId: data.data.mediaId };
}

/** The seats with one more, last in the order of joining. */
export function withSeat(seats: Seats, connectionId: string, seat: Seat): Seats {
  return new Map(withoutSeat(seats, connectionId)).set(connectionId, seat);
}

/** The seats without this connection's; the same object when it had none. */
export function withoutSeat(seats: Seats, connectionId: string): Seats {
  if (!seats.has(connectionId)) return seats;
  const rest = new Map(seats);
  rest.delete(connectionId);
  return rest;
}

/**
 * Everybody in the room, once each, as their newest tab has them. Hosts come first, then names in
 * order; the order depends on nothing but who is there, so that all pages show the same list.
 */
export function membersOf(seats: Seats): WatchMember[] {
  const byId = new Map<string, WatchMember>();
  for (const { member } of seats.values()) byId.set(member.id, member);
  return [...byId.values()].sort(compareMembers);
}

/** Whether the list shows this member exactly so. */
export function shows(members: readonly WatchMember[], member: WatchMember): boolean {
  const shown = members.find(({ id }) => id === member.id);
  return shown !== undefined && shown.name === member.name && shown.role === member.role;
}

function compareMembers(a: WatchMember, b: WatchMember): number {
  if (a.role !== b.role) return a.role === "host" ? -1 : 1;
  return compareText(a.name, b.name) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
