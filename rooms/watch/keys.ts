/** The keys a watch room stores under, each a small value, so that a step writes what it changed. */
export const keys = {
  options: "options",
  /** The anchor, and until when the gate is closed. */
  anchor: "anchor",
  roles: "roles",
  member: (id: string) => `member/${id}`,
  item: (id: string) => `item/${id}`,
  /** A ring: the oldest message makes way by being written over. */
  chat: (slot: number) => `chat/${slot}`,
  ban: (id: string) => `ban/${id}`,
  lost: "lost",
  emptied: "emptied",
  expiring: "expiring",
  stats: "stats",
} as const;

/** The rest of each key under a prefix, with its value. */
export function storedUnder(stored: ReadonlyMap<string, unknown>, prefix: string): unknown[] {
  return [...stored].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
}
