/**
 * How often each room's object has been built, by the room's id. It lives on the global object,
 * which tests and the Worker under test share, and which outlives every eviction.
 */
const shared = globalThis as { roomWakes?: Map<string, number> };
shared.roomWakes ??= new Map();
const wakes = shared.roomWakes;

export function countWake(room: string): void {
  wakes.set(room, wakesOf(room) + 1);
}

export function wakesOf(room: string): number {
  return wakes.get(room) ?? 0;
}
