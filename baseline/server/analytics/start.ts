import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Redis } from "ioredis";
import type { Pool } from "pg";
import { z } from "zod";
import {
  type BatchAnswer,
  batchSchema,
  type EventResult,
} from "../../../protocol/analytics/batch.ts";
import { eventSchema } from "../../../protocol/analytics/event.ts";
import { createGameSchema } from "../../../protocol/analytics/game.ts";
import { uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";
import { parsed, Refusal } from "../core/problem.ts";
import { Games } from "./games.ts";
import { startServices } from "./services.ts";
import { type PendingEvent, Writers } from "./writers.ts";

interface Needs {
  readonly app: FastifyInstance;
  readonly pool: Pool;
  readonly redis: Redis;
  readonly warn: (message: string) => void;
}

const rows_max = 200;
/** Text that PostgreSQL does not keep: one such event would fail its whole batch. */
const unfit = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Game analytics: events in, level metrics out, under `/v1/analytics`. */
export function startAnalytics({ app, pool, redis, warn }: Needs) {
  const games = new Games(pool, redis);
  const writers = new Writers(pool, warn);
  const stopServices = startServices(pool, warn);

  app.post("/v1/analytics/games", async (request, reply) => {
    const { name } = parsed(createGameSchema, request.body);
    return reply.code(201).send(await games.create(name));
  });

  app.post("/v1/analytics/batch", async (request): Promise<BatchAnswer> => {
    const gameId = await gameOf(request, games);
    const { events, appVersion, platform } = parsed(batchSchema, request.body);
    const common = { gameId, appVersion: appVersion ?? null, platform: platform ?? null };
    const results = events.map((event) => take(event, common, writers));
    return { results, server_ms: Date.now() };
  });

  /** Levels of the key's game by day, as the nightly aggregation has counted them. */
  app.get("/v1/analytics/levels", async (request) => {
    const gameId = await gameOf(request, games);
    const { rows } = await pool.query(
      `select level, day::text, starts, completes, fails, quits, players, duration_ms::float8
       from baseline_level_metrics_daily where game_id = $1 order by day desc, level limit $2`,
      [gameId, rows_max],
    );
    return { levels: rows };
  });

  return {
    metrics: () => writers.metrics(),
    async stop() {
      stopServices();
      await writers.shutdown();
    },
  };
}

/**
 * Takes one event. It is answered `ok` once it waits in a buffer, also when the buffer is full and
 * drops it: the documents' `enqueue` tells nobody.
 */
function take(
  said: unknown,
  common: Omit<PendingEvent, "event" | "at">,
  writers: Writers,
): EventResult {
  const event = eventSchema.safeParse(said);
  if (!event.success) {
    const uuid = z.object({ uuid: z.string() }).safeParse(said);
    return { uuid: uuid.data?.uuid ?? null, status: "drop", reason: "invalid" };
  }
  const { uuid } = event.data;
  if (unfit.test(JSON.stringify(said))) return { uuid, status: "drop", reason: "text" };
  writers.enqueue({ ...common, event: event.data, at: new Date(uuid7Time_ms(uuid)) });
  return { uuid, status: "ok" };
}

async function gameOf({ headers }: FastifyRequest, games: Games): Promise<string> {
  const [, key = ""] = /^Bearer (\S{1,100})$/.exec(headers.authorization ?? "") ?? [];
  if (key === "") throw new Refusal(401, "token_missing", "Show a game's key.");
  const game = await games.gameOf(key);
  if (game === undefined) throw new Refusal(401, "token_invalid", "There is no such key.");
  return game;
}
