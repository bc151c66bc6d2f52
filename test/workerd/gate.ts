import type { RoomNamespace } from "../../functions/env.ts";
import { entryRequest, sendToRoom, serviceRequest } from "../../functions/rooms/forward.ts";
import { verifyEntry } from "../../platform/tokens/entry.ts";
import { bearerToken, verifyServiceToken } from "../../platform/tokens/service.ts";
import { testKeys } from "../conformance/keys.ts";

/**
 * The way to the rooms with nothing around it: tokens are checked, and requests forwarded by the
 * Worker's own code. Kept apart from the whole Worker so that room tests need no other part.
 * @param namespaces by the first segment of the path, `/<segment>/<party>/<room>`
 */
export async function gate(
  request: Request,
  namespaces: Readonly<Record<string, RoomNamespace>>,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, segment = "", party = "", room = ""] = pathname.split("/");
  const namespace = namespaces[segment];
  if (namespace === undefined) return refuse(404, "not_found");
  const address = { party, room };
  if (request.method === "POST") {
    const token = bearerToken(request.headers.get("authorization"));
    const verified = await verifyServiceToken(token, address, testKeys, Date.now());
    if (!verified.ok) return refuse(401, verified.code);
    const forwarded = serviceRequest(request.url, address, await request.text());
    return sendToRoom(namespace, room, forwarded);
  }
  const query = { token: searchParams.get("token"), since: searchParams.get("since") };
  const verified = await verifyEntry(query, address, testKeys, Date.now());
  if (!verified.ok) return refuse(401, verified.code);
  return sendToRoom(namespace, room, entryRequest(request, verified.claims));
}

function refuse(status: number, code: string): Response {
  return Response.json({ code }, { status });
}
