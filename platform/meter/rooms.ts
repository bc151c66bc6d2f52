import type { Meter } from "./meter.ts";

/** What this needs of a room namespace; a Durable Object binding has it. */
interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

/**
 * The same rooms, with each request to one counted on the account that the running code is on: a
 * socket, or a function's question. Alarms and messages are counted by the rooms themselves.
 */
export function meterRooms(namespace: Namespace, meter: Meter): Namespace {
  return {
    idFromName: (name) => namespace.idFromName(name),
    get: (id) => {
      const room = namespace.get(id);
      return {
        fetch: (request) => {
          meter.countHere("room_requests");
          return room.fetch(request);
        },
      };
    },
  };
}
