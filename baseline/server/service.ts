import fastify from "fastify";
import { startAnalytics } from "./analytics/start.ts";
import { compressAnswers } from "./core/compression.ts";
import { ConnectionManager } from "./core/connections.ts";
import { connectDatabase } from "./core/database.ts";
import { healthRoutes } from "./core/health.ts";
import { MemoryManager } from "./core/memory.ts";
import { MessageRate } from "./core/message-rate.ts";
import { answerProblems } from "./core/problem.ts";
import { limitRequests } from "./core/rate-limit.ts";
import { connectRedis } from "./core/redis.ts";
import { createSocketServer } from "./core/socket-server.ts";
import { Tokens } from "./core/tokens.ts";
import { startMatch } from "./match/start.ts";
import type { Settings } from "./settings.ts";
import { startWatch } from "./watch/start.ts";

const body_bytes_max = 1024 * 1024;

export interface Service {
  readonly url: string;
  /** Lets requests finish, flushes the batch writers, closes the connections. */
  stop(): Promise<void>;
}

/** The whole service: all modules in one process, before one Redis and one PostgreSQL. */
export async function startService(settings: Settings): Promise<Service> {
  const app = fastify({ logger: { level: settings.LOG_LEVEL }, bodyLimit: body_bytes_max });
  const warn = (message: string) => app.log.warn(message);
  const redis = await connectRedis(settings.REDIS_URL, settings.REDIS_TIMEOUT, warn);
  const pool = await connectDatabase(settings.DATABASE_URL, settings.DATABASE_POOL_SIZE, warn);
  const connections = new ConnectionManager();
  const tokens = new Tokens(settings.ROOM_TOKEN_KEYS);
  const io = createSocketServer(app.server, settings.CORS_ORIGIN);
  const rate = new MessageRate(io);
  answerProblems(app);
  compressAnswers(app);
  const forgetWindows = limitRequests(
    app,
    settings.RATE_LIMIT_MAX_REQUESTS,
    settings.RATE_LIMIT_WINDOW_MS,
  );
  const watch = startWatch({ app, io, redis, tokens, connections, settings, warn });
  const match = startMatch({ app, io, pool, connections, warn });
  const analytics = startAnalytics({ app, pool, redis, warn });
  const memory = new MemoryManager([forgetWindows, watch.cleanUp, match.cleanUp], warn);
  healthRoutes(app, {
    redis,
    pool,
    connections,
    caches: match.caches,
    rooms: watch.stats,
    writers: analytics.metrics,
    messagesPerSecond: () => rate.perSecond,
  });
  const url = await app.listen({ host: settings.HOST, port: settings.PORT });
  return {
    url,
    async stop() {
      for (const part of [memory, rate, watch, match]) part.stop();
      // Closes the HTTP server below it, too.
      await io.close();
      await app.close();
      await analytics.stop();
      await pool.end();
      redis.disconnect();
    },
  };
}
