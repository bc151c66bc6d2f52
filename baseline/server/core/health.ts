import process from "node:process";
import type { FastifyInstance } from "fastify";
import type { Redis } from "ioredis";
import type { Pool } from "pg";
import type { ConnectionManager } from "./connections.ts";
import type { CacheStats } from "./lru-cache.ts";
import { heapLimit_bytes, memoryStats } from "./memory.ts";

const mb = 1024 * 1024;
const wholeMegabytes = (bytes: number) => `${Math.round(bytes / mb)}MB`;

export interface Watched {
  readonly redis: Redis;
  readonly pool: Pool;
  readonly connections: ConnectionManager;
  readonly caches: () => { readonly users: CacheStats; readonly sessions: CacheStats };
  readonly rooms: () => Readonly<Record<string, number>>;
  readonly writers: () => Readonly<Record<string, unknown>>;
  readonly messagesPerSecond: () => number;
}

/** `/health`, `/stats` and `/api/metrics`, each in the shape its document gives it. */
export function healthRoutes(app: FastifyInstance, watched: Watched): void {
  const { connections, pool } = watched;
  app.get("/health", async () => {
    const redis = await checkRedis(watched.redis);
    return {
      status: redis.status === "healthy" ? "ok" : "degraded",
      timestamp: new Date().toISOString(),
      service: "offrail-baseline",
      version: "1.0.0",
      memory: memoryStats(),
      connections: connections.stats(),
      cache: watched.caches(),
      scalability: {
        currentCapacity: `${connections.users} users`,
        maxCapacity: "1000 users (one instance)",
        optimization: "LRU cache + compression enabled",
      },
      metrics: { memory: memoryMetrics(), rooms: watched.rooms(), uptime: process.uptime() },
      checks: { redis, websocket: connections.total > 0 },
    };
  });

  app.get("/stats", async () => ({
    rooms: watched.rooms(),
    websocket: {
      connections: connections.total,
      messagesPerSecond: watched.messagesPerSecond(),
    },
    memory: memoryMetrics(),
  }));

  app.get("/api/metrics", async () => {
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    const { rows } = await pool.query<{ count: number }>(
      "select count(*)::int as count from pg_stat_activity where datname = current_database()",
    );
    return {
      memory: {
        rss: wholeMegabytes(rss),
        heapTotal: wholeMegabytes(heapTotal),
        heapUsed: wholeMegabytes(heapUsed),
        external: wholeMegabytes(external),
      },
      uptime: `${Math.round(process.uptime() / 60)} minutes`,
      dbConnections: rows,
      batchWriters: watched.writers(),
    };
  });
}

/** Megabytes in use, and the most there may be. */
function memoryMetrics() {
  const { heapUsed } = process.memoryUsage();
  return { usage: Math.round(heapUsed / mb), limit: Math.round(heapLimit_bytes() / mb) };
}

async function checkRedis(redis: Redis) {
  const began_ms = performance.now();
  try {
    await redis.ping();
    return { status: "healthy", latency: Math.round(performance.now() - began_ms) };
  } catch {
    return { status: "unhealthy", error: "Redis does not answer" };
  }
}
