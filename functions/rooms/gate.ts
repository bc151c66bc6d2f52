import type { Context } from "hono";
import { verifyEntry } from "../../platform/tokens/entry.ts";
import type { RoomAddress } from "../../platform/tokens/room.ts";
import { bearerToken, verifyServiceToken } from "../../platform/tokens/service.ts";
import { type Party, partySchema, roomIdSchema } from "../../protocol/room.ts";
import { type AppEnv, createModule } from "../app.ts";
import { isAllowedOrigin } from "../middleware/cors.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { countRequest } from "../middleware/rate-limit.ts";
import { ProblemError } from "../problem.ts";
import { entryRequest, roomUnavailable, sendToRoom, serviceRequest } from "./forward.ts";

const path = "/parties/:party/:room";

/**
 * The way to the rooms. Everything is checked here, before the room is touched: a room that nobody
 * may enter does not wake, and costs nothing.
 */
export const roomsGate = createModule();

/**
 * A socket: `GET /parties/<party>/<room>?token=<room or resume token>[&since=<count>]` with
 * `Upgrade: websocket`. `since` says how far the client has followed the room, by the room's count.
 */
roomsGate.get(path, async (c) => {
  const { services } = c.var;
  const address = addressOf(c);
  // HEAD is routed here too, and has no answer a socket could be.
  if (c.req.method !== "GET" || c.req.header("Upgrade")?.toLowerCase() !== "websocket")
    throw new ProblemError("upgrade_required");
  refuseForeignOrigin(c);
  const { ROOM_TOKEN_KEYS } = services.settings;
  const query = { token: c.req.query("token"), since: c.req.query("since") };
  const keys = ROOM_TOKEN_KEYS.reveal();
  const verified = await verifyEntry(query, address, keys, services.now_ms());
  if (!verified.ok) throw new ProblemError(verified.code);
  await countRequest(c, "sockets");
  const request = entryRequest(c.req.raw, verified.claims);
  const response = await sendToRoom(services.rooms[address.party], address.room, request);
  if (response.status === 101) {
    services.meter.countHere("sockets_opened");
    services.meter.sockets(address.party, address.room, 1);
  }
  return presentable(response);
});

/** A function's request to a room, on hosts where functions reach rooms from outside. */
roomsGate.post(
  path,
  async (c, next) => {
    const { settings, now_ms } = c.var.services;
    const token = bearerToken(c.req.header("Authorization"));
    const verified = await verifyServiceToken(
      token,
      addressOf(c),
      settings.ROOM_TOKEN_KEYS.reveal(),
      now_ms(),
    );
    if (!verified.ok) throw new ProblemError(verified.code);
    await next();
  },
  jsonBody(),
  async (c) => {
    const address = addressOf(c);
    const request = serviceRequest(c.req.url, address, await c.req.text());
    return presentable(
      await sendToRoom(c.var.services.rooms[address.party], address.room, request),
    );
  },
);

function addressOf(c: Context<AppEnv>): RoomAddress & { readonly party: Party } {
  const party = partySchema.safeParse(c.req.param("party"));
  if (!party.success) throw new ProblemError("not_found");
  const room = roomIdSchema.safeParse(c.req.param("room"));
  if (!room.success) throw new ProblemError("room_not_found");
  return { party: party.data, room: room.data };
}

/**
 * Browsers let any page open a socket anywhere and say only where the page came from, so that has to
 * be looked at. Other clients send no `Origin` and carry no one's cookies.
 */
function refuseForeignOrigin(c: Context<AppEnv>): void {
  const origin = c.req.header("Origin");
  if (origin === undefined || isSameHost(origin, c.req.url)) return;
  if (isAllowedOrigin(origin, c.var.services.settings.CORS_ORIGINS)) return;
  throw new ProblemError("not_allowed", { detail: "this origin may not open sockets here" });
}

/** The scheme may differ: a proxy in front can end TLS. */
function isSameHost(origin: string, url: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}

/** A room's answer, unless it is an error page: those may show a stack and go to nobody. */
function presentable(response: Response): Response {
  if (response.status < 500) return response;
  throw roomUnavailable(new Error(`the room answered ${response.status}`));
}
