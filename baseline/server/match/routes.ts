import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Pool } from "pg";
import { pageQuerySchema } from "../../../protocol/match/rest-calls.ts";
import { enterLobbySchema, type Ice } from "../../../protocol/match/rest-lobby.ts";
import { putProfileSchema } from "../../../protocol/match/rest-profile.ts";
import { lobbyRoom } from "../../../protocol/match/rooms.ts";
import { parsed, Refusal } from "../core/problem.ts";
import type { UserStore } from "./user-store.ts";

/** Nobody says where they are: the documents' service stands in one region. */
const region = "eu";
const iceLife_ms = 2 * 60 * 60_000;

/** Sessions, profiles, the way into the lobby, and the history of calls. */
export function matchRoutes(app: FastifyInstance, users: UserStore, pool: Pool): void {
  app.post("/v1/match/sessions", async (_request, reply) =>
    reply.code(201).send(await users.createSession()),
  );

  app.put("/v1/match/profile", async (request) => {
    const { userId } = await whoAsks(request, users);
    return users.putUser(userId, parsed(putProfileSchema, request.body));
  });

  app.get("/v1/match/profile", async (request) => {
    const { userId } = await whoAsks(request, users);
    const profile = await users.getUser(userId);
    if (profile === undefined) throw new Refusal(404, "not_found", "There is no profile yet.");
    return profile;
  });

  app.post("/v1/match/lobby", async (request) => {
    const { userId, session } = await whoAsks(request, users);
    const wanted = parsed(enterLobbySchema, request.body ?? {}).region ?? region;
    if ((await users.getUser(userId)) === undefined)
      throw new Refusal(409, "profile_required", "Write a profile first.");
    return {
      memberId: userId,
      region: wanted,
      // The session itself opens the socket: the service looks it up through its cache.
      lobby: { room: lobbyRoom(wanted, 0), token: session, socketPath: "/lobby" },
      queue: null,
      tokensExpireAt_ms: Date.now() + 60_000,
    };
  });

  app.get("/v1/match/calls", async (request) => {
    const { userId } = await whoAsks(request, users);
    const { limit } = parsed(pageQuerySchema, request.query);
    const { rows } = await pool.query(
      `select id, user_a, user_b, started_at, ended_at, reason from baseline_call
       where user_a = $1 or user_b = $1 order by started_at desc limit $2`,
      [userId, limit],
    );
    return { calls: rows.map((row: CallRow) => pastCall(row, userId)), cursor: null };
  });

  app.post(
    "/v1/match/calls/:id/ice",
    async (): Promise<Ice> => ({
      iceServers: [{ urls: ["stun:stun.l.google.com:19302"] }],
      expiresAt_ms: Date.now() + iceLife_ms,
    }),
  );
}

interface CallRow {
  readonly id: string;
  readonly user_a: string;
  readonly user_b: string;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly reason: string;
}

function pastCall({ id, user_a, user_b, started_at, ended_at, reason }: CallRow, userId: string) {
  return {
    callId: id,
    partner: { userId: user_a === userId ? user_b : user_a, name: null, picturePath: null },
    startedAt: started_at.toISOString(),
    endedAt: ended_at.toISOString(),
    duration_ms: ended_at.getTime() - started_at.getTime(),
    reason,
    rating: null,
    blocked: false,
  };
}

async function whoAsks({ headers }: FastifyRequest, users: UserStore) {
  const [, session = ""] = /^Bearer (\S{1,200})$/.exec(headers.authorization ?? "") ?? [];
  const userId = session === "" ? undefined : await users.userOf(session);
  if (userId === undefined) throw new Refusal(401, "sign_in_required", "Show a session.");
  return { userId, session };
}
