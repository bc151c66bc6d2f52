import { z } from "zod";
import { roomIdSchema } from "../../protocol/room.ts";

/** A room this browser has been in, and who it was there. */
const keptRoomSchema = z.object({
  id: roomIdSchema,
  title: z.string(),
  /** The person's name in this room. */
  name: z.string(),
  seat: z.string(),
  usedAt_ms: z.number(),
});
export type KeptRoom = z.infer<typeof keptRoomSchema>;

const rooms_max = 12;
const roomsKey = "offrail:watch:rooms";
const nameKey = "offrail:watch:name";

/** The rooms of this browser, last used first. What cannot be read counts as not there. */
export function keptRooms(): readonly KeptRoom[] {
  const stored = z.array(keptRoomSchema).safeParse(jsonOf(read(roomsKey)));
  return stored.success ? stored.data : [];
}

export function keptRoom(id: string): KeptRoom | undefined {
  return keptRooms().find((room) => room.id === id);
}

/** Remembers a room; the one unused for longest makes way. */
export function keepRoom(room: KeptRoom): void {
  const others = keptRooms().filter(({ id }) => id !== room.id);
  write(roomsKey, JSON.stringify([room, ...others].slice(0, rooms_max)));
  write(nameKey, room.name);
}

export function forgetRoom(id: string): void {
  write(roomsKey, JSON.stringify(keptRooms().filter((room) => room.id !== id)));
}

/** The name this person used last, in any room. */
export function lastName(): string {
  return read(nameKey)?.slice(0, 40) ?? "";
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Storage can be full or forbidden; the room then works all the same, until the page is left. */
function write(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {}
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
