import { readingOf } from "../../platform/meter/snapshot.ts";
import type { ApiMetrics, Health, Memory, Stats } from "../../protocol/monitors.ts";
import type { Ready } from "../../protocol/ops.ts";
import type { AllRoomLimits } from "../room-limits.ts";
import {
  cacheFigures,
  isolate_bytes_max,
  messagesPerSecond,
  percentage,
  roomFigures,
  roomTotals,
} from "./figures.ts";
import type { Look } from "./look.ts";

const bytesInMegabyte = 1024 * 1024;
const noProcess = { rss: null, heapUsed: null, heapTotal: null, external: null } as const;

/** What the old monitors' answers are made of. */
export interface MonitorFacts {
  readonly now_ms: number;
  readonly startedAt_ms: number;
  readonly version: string;
  readonly look: Look;
  /** What was last found out for `/ready`, if that is known without asking Postgres. */
  readonly report: Ready | undefined;
  readonly limits: AllRoomLimits;
  /** What this isolate keeps between requests. */
  readonly kept_bytes: number;
}

/** `GET /health` as the services before this one answered it; `docs/monitors.md` explains it. */
export function healthOf(facts: MonitorFacts): Health {
  const { now_ms, startedAt_ms, version, look, report } = facts;
  const { sockets, sockets_max } = totalsOf(facts);
  const postgres = report?.checks.postgres;
  return {
    status: "ok",
    timestamp: new Date(now_ms).toISOString(),
    service: "offrail",
    version,
    server_ms: now_ms,
    metrics: {
      memory: { usage: null, limit: isolate_bytes_max / bytesInMegabyte },
      rooms: roomsOf(facts),
      uptime: Math.max(0, Math.round((now_ms - startedAt_ms) / 1000)),
    },
    memory: { heapUsed: null, heapTotal: null, rss: null, usage: null },
    checks: {
      redis: redisOf(look),
      websocket: sockets === null ? null : sockets > 0,
      database: postgres
        ? {
            status: postgres.status === "up" ? "healthy" : "unhealthy",
            checkedAt: postgres.checkedAt,
          }
        : null,
    },
    connections: {
      users: null,
      total: sockets,
      avgPerUser: null,
      limit: sockets_max,
      utilization: sockets === null ? null : utilization(sockets, sockets_max),
    },
    cache: look.found === undefined ? null : cacheFigures(readingOf(look.found.snapshot)),
    scalability: null,
  };
}

/** `GET /stats`. */
export function statsOf(facts: MonitorFacts): Stats {
  const { now_ms, look } = facts;
  return {
    timestamp: new Date(now_ms).toISOString(),
    rooms: roomsOf(facts),
    websocket: {
      connections: totalsOf(facts).sockets,
      messagesPerSecond: look.found ? messagesPerSecond(look.found.snapshot, now_ms) : null,
      averageLatency: null,
    },
    memory: { usage: null, limit: String(isolate_bytes_max / bytesInMegabyte) },
  };
}

/** `GET /api/metrics`. */
export function apiMetricsOf({ now_ms, startedAt_ms }: MonitorFacts): ApiMetrics {
  return {
    memory: noProcess,
    uptime: `${Math.max(0, Math.round((now_ms - startedAt_ms) / 60_000))} minutes`,
    dbConnections: null,
    batchWriters: { events: null, revenue: null, heartbeats: null },
  };
}

/** `GET /memory`. */
export function memoryOf(facts: MonitorFacts): Memory {
  const { open, held_bytes_max } = totalsOf(facts);
  const bounds = Object.entries(facts.limits).map(([party, limits]) => [party, limits.bytes_max]);
  return {
    status: "ok",
    memory: noProcess,
    timestamp: new Date(facts.now_ms).toISOString(),
    isolate: { kept_bytes: facts.kept_bytes, limit_bytes: isolate_bytes_max },
    rooms: {
      open,
      held_bytes_max,
      each_bytes_max: Object.fromEntries(bounds),
      limit_bytes: isolate_bytes_max,
    },
  };
}

function totalsOf({ look, limits, now_ms }: MonitorFacts) {
  if (look.found === undefined)
    return { open: null, sockets: null, sockets_max: null, held_bytes_max: null };
  return roomTotals(roomFigures(look.found.snapshot, limits, now_ms));
}

function roomsOf(facts: MonitorFacts): Stats["rooms"] {
  const { open, sockets } = totalsOf(facts);
  const average =
    open === null || sockets === null ? null : open === 0 ? 0 : round1(sockets / open);
  return { total: null, active: open, totalParticipants: sockets, averageParticipants: average };
}

function redisOf({ redis, found }: Look): Health["checks"]["redis"] {
  return found === undefined
    ? { status: "unhealthy", latency: null, error: "no answer in time" }
    : { status: "healthy", latency: redis.latency_ms };
}

/** Without open rooms there is nothing to fill; the next room brings its own limit. */
function utilization(sockets: number, sockets_max: number | null): string | null {
  if (sockets_max === null) return null;
  return percentage(sockets_max === 0 ? 0 : sockets / sockets_max);
}

function round1(amount: number): number {
  return Math.round(amount * 10) / 10;
}
