import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readingOf } from "../../../platform/meter/snapshot.ts";
import { lobbyStateSchema } from "../../../protocol/match/requests.ts";
import { type MatchHealth, matchHealthSchema } from "../../../protocol/match/rest-health.ts";
import { lobbyCapacity_max } from "../../../protocol/match/room-data.ts";
import { type AppEnv, answer, createModule, problems } from "../../app.ts";
import { cacheOf } from "../../cache.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { recentHours } from "../../ops/figures.ts";
import { recentLook } from "../../ops/look.ts";
import { ProblemError } from "../../problem.ts";
import { askRoom } from "../../rooms/stub.ts";
import { type AskedRoom, healthOf } from "../health.ts";
import { allRooms } from "../region.ts";

const ask_ms_max = 2_000;
const look_ms_max = 500;

const getHealth = createRoute({
  method: "get",
  path: "/v1/match/health",
  tags: ["match"],
  summary: "How the lobbies do, all together",
  description:
    "Asks every lobby at most twice a minute, however many monitors ask: a lobby that nobody is in sleeps, and asking wakes it.",
  middleware: [rateLimit("ready")],
  responses: { 200: answer("The figures", matchHealthSchema), ...problems(429, 503) },
});

/** What monitors ask of match. */
export const healthRoutes = createModule().openapi(getHealth, async (c) => {
  const options = { schema: matchHealthSchema };
  const health = await cacheOf(c).read("lobbyState", "match", () => askAll(c), options);
  if (health === undefined) throw new ProblemError("unavailable", { retryAfter_s: 5 });
  return c.json(health, 200);
});

async function askAll(c: Context<AppEnv>): Promise<MatchHealth> {
  const { services, roomLimits } = c.var;
  const { MATCH_SHARDS: shards, MATCH_CAPACITY: capacity } = services.settings;
  const targets = allRooms(shards);
  const [rooms, { found }] = await Promise.all([
    Promise.all(targets.map((target) => askOne(c, target, shards))),
    recentLook(services, look_ms_max),
  ]);
  const lobbies = rooms.filter((room) => !room.onlyQueue).length;
  const perLobby = Math.min(lobbyCapacity_max, Math.max(1, Math.floor(capacity / shards)));
  return healthOf({
    rooms,
    now_ms: services.now_ms(),
    shards,
    limit: perLobby * lobbies,
    lobby_bytes_max: roomLimits.lobby?.bytes_max ?? null,
    caches: found && readingOf(recentHours(found.snapshot)).caches,
  });
}

async function askOne(
  c: Context<AppEnv>,
  { region, room }: ReturnType<typeof allRooms>[number],
  shards: number,
): Promise<AskedRoom> {
  const onlyQueue = shards > 1 && room.endsWith("-queue");
  const { rooms } = c.var.services;
  const request = { type: "state" };
  try {
    const state = await askRoom(rooms.lobby, "lobby", room, request, lobbyStateSchema, ask_ms_max);
    return { region, onlyQueue, state };
  } catch {
    // The answer counts it among those that have not answered.
    return { region, onlyQueue, state: undefined };
  }
}
