import type { Problem, ProblemCode } from "../../protocol/problem.ts";
import type { RoomTypes } from "../room.ts";
import type { RoomAnswer } from "./live-room.ts";

/** The most bytes a function's request to a room may have. */
const body_bytes_max = 64 * 1024;

const statuses = {
  bad_request: [400, "The room does not know this request"],
  invalid_json: [400, "The body is not well-formed JSON"],
  token_missing: [401, "A token is needed"],
  token_invalid: [401, "The token is not valid here"],
  token_expired: [401, "The token has expired"],
  room_not_found: [404, "There is no such room"],
  method_not_allowed: [405, "A room takes POST, or GET that upgrades to a WebSocket"],
  body_too_large: [413, "The body is too large"],
  upgrade_required: [426, "This address speaks WebSocket"],
  internal: [500, "The room failed at this"],
} as const satisfies Partial<Record<ProblemCode, readonly [number, string]>>;
export type RoomProblemCode = keyof typeof statuses;

/** An error of a room over HTTP, as `application/problem+json` (RFC 9457) with a stable code. */
export function problemResponse(code: RoomProblemCode): Response {
  const [status, title] = statuses[code];
  const problem: Problem = { type: `urn:offrail:problem:${code}`, title, status, code };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** A request as either host hands it over. */
interface ServiceRequest {
  readonly method: string;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * Answers a function's request to a room: reads its JSON, within bounds, and asks.
 * @param ask the room; called at most once, after the last await
 */
export async function answerService<T extends RoomTypes>(
  request: ServiceRequest,
  ask: (body: unknown) => RoomAnswer<T>,
): Promise<Response> {
  if (request.method !== "POST") return problemResponse("method_not_allowed");
  const text = await readText(request.body);
  if (text === undefined) return problemResponse("body_too_large");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return problemResponse("invalid_json");
  }
  const answer = ask(body);
  return answer.ok ? Response.json(answer.reply) : problemResponse(answer.code);
}

/** The whole text of a body, or undefined when it is longer than a room reads. */
export async function readText(
  body: AsyncIterable<Uint8Array> | null,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > body_bytes_max) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
