import type { Changes } from "./changes.ts";

/** The part of a Durable Object's storage that a room uses; both hosts' storage has it. */
export interface RoomStorage {
  list(options: { prefix: string; limit: number }): Promise<Map<string, unknown>>;
  put(entries: Record<string, unknown>): Promise<void>;
  delete(keys: string[]): Promise<number>;
  setAlarm(at_ms: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

/** A room's own keys stand under this, beside those that a host's library keeps for itself. */
const prefix = "room/";
/** More keys than any machine's `worstCaseBytes` allows for; a room that has them is broken. */
const keys_max = 10_000;

/** All that a room has stored, by the machine's own keys. */
export async function loadStored(storage: RoomStorage): Promise<Map<string, unknown>> {
  const listed = await storage.list({ prefix, limit: keys_max });
  return new Map([...listed].map(([key, value]) => [key.slice(prefix.length), value]));
}

/**
 * Starts a step's write: one put, one delete, which the platform makes one transaction because no
 * await stands between them, and holds outgoing frames back for.
 * @param lost called when the write failed after all; memory is then ahead of storage
 */
export function storeChanges(
  storage: RoomStorage,
  { puts, deletes }: Changes,
  lost: (error: unknown) => void,
): void {
  const entries = Object.entries(puts).map(([key, value]) => [prefix + key, value]);
  if (entries.length > 0) storage.put(Object.fromEntries(entries)).catch(lost);
  if (deletes.length > 0) storage.delete(deletes.map((key) => prefix + key)).catch(lost);
}

/** Sets the room's one alarm, or takes it back. */
export function storeAlarm(
  storage: RoomStorage,
  at_ms: number | null,
  lost: (error: unknown) => void,
): void {
  (at_ms === null ? storage.deleteAlarm() : storage.setAlarm(at_ms)).catch(lost);
}

/** Deletes everything there is, what the host's library keeps for itself too, and the alarm. */
export function forgetAll(storage: RoomStorage, lost: (error: unknown) => void): void {
  storage.deleteAlarm().catch(lost);
  storage.deleteAll().catch(lost);
}
