import type { z } from "zod";
import type { Party } from "../../protocol/room.ts";
import { within } from "../deadline.ts";
import type { RoomNamespace } from "../env.ts";
import { roomUnavailable, sendToRoom, serviceRequest } from "./forward.ts";

/** Longest answer a function takes from a room, in UTF-16 code units. */
const reply_length_max = 256 * 1024;

/**
 * Asks a room something without a socket. The room wakes for it, and the request is billed.
 * @param namespace the party's Durable Object namespace
 * @param request what the room's machine understands as a request
 * @param schema what its answer must look like
 * @param deadline_ms how long to wait; a room that wakes from sleep takes some tens of milliseconds
 * @throws ProblemError `room_unavailable` when it does not answer in time, or not as expected
 */
export async function askRoom<Schema extends z.ZodType>(
  namespace: RoomNamespace,
  party: Party,
  room: string,
  request: unknown,
  schema: Schema,
  deadline_ms: number,
): Promise<z.output<Schema>> {
  const asked = serviceRequest("https://room.internal", { party, room }, JSON.stringify(request));
  const text = await within(textFrom(namespace, room, asked), deadline_ms, () =>
    roomUnavailable(new Error("the room took too long")),
  );
  const reply = schema.safeParse(jsonOf(text));
  if (!reply.success) throw roomUnavailable(reply.error);
  return reply.data;
}

async function textFrom(namespace: RoomNamespace, room: string, request: Request): Promise<string> {
  const response = await sendToRoom(namespace, room, request);
  const text = await response.text();
  if (!response.ok) throw roomUnavailable(new Error(`the room answered ${response.status}`));
  if (text.length > reply_length_max) throw roomUnavailable(new Error("the room said too much"));
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
