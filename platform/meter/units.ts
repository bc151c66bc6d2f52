/**
 * What the bill is made of, and the little else that is counted beside it. The text says what one
 * of it is, and who bills it.
 */
export const meterUnits = {
  worker_requests: "requests that reached the Worker (Workers, per million)",
  redis_commands:
    "Redis commands as billed: all of a pipeline, scripts with what they call (Upstash)",
  sql_round_trips: "requests to Postgres over HTTP, a batch being one (each keeps Neon awake)",
  sql_slow: "those of them that took 200 ms or longer; not billed",
  room_requests:
    "sockets, function requests and alarms that a room took (Durable Objects, per million)",
  socket_messages_in: "frames from clients (Durable Objects, 20 to a request)",
  socket_messages_out: "frames to clients; not billed",
  sockets_opened: "sockets that a room let in; each is a room request already",
  room_wakes: "times a room was built anew from storage; what it then does is billed",
  room_awake_ms:
    "milliseconds that a room handled something or waited for an answer or a timer, 5 at least each time (Durable Objects, at 128 MB)",
  rows_read: "storage rows that rooms read (Durable Objects, per million)",
  rows_written: "storage rows that rooms wrote, alarms included (Durable Objects, per million)",
  queue_operations: "writes, reads and deletes of queue messages, three to a message (Queues)",
  object_writes: "object-store operations of class A (R2, per million)",
  object_reads: "object-store operations of class B (R2, per million)",
  dropped: "counts that found no room in an isolate's memory and are lost; not billed",
  bytes_out: "bytes of answers and of frames to clients; free on Workers",
} as const;

export type MeterUnit = keyof typeof meterUnits;
export const meterUnitNames = Object.keys(meterUnits) as readonly MeterUnit[];

/** On whose account something is counted: the five modules, and what they share. */
export const meterModules = [
  "watch",
  "match",
  "designs",
  "analytics",
  "orders",
  "identity",
  "jobs",
  "media",
  "ops",
  /** The meter itself: what counting costs. */
  "meter",
  "other",
] as const;

export type MeterModule = (typeof meterModules)[number];

export function isMeterModule(name: string): name is MeterModule {
  return (meterModules as readonly string[]).includes(name);
}

/** The modules of rooms that are not named after theirs. */
const modulesOfParties: Readonly<Record<string, MeterModule>> = { lobby: "match", call: "match" };

/** On whose account a room of this party counts. */
export function moduleOfParty(party: string): MeterModule {
  if (isMeterModule(party)) return party;
  return (Object.hasOwn(modulesOfParties, party) ? modulesOfParties[party] : undefined) ?? "other";
}

export function isMeterUnit(name: string): name is MeterUnit {
  return Object.hasOwn(meterUnits, name);
}
