import { z } from "zod";
import { countsSchema } from "./lobby-down.ts";
import { matchRegionSchema } from "./rest-lobby.ts";

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** How well one cache does, over the running hour and the one before; the rate is null without reads. */
const cacheSchema = z.object({ hits: count, misses: count, hitRate: share.nullable() });

/** Answer of `GET /v1/match/health`: all lobbies together, as they were at `asOf`. */
export const matchHealthSchema = z
  .object({
    /** `degraded` while some lobby does not answer: then the sums are without it. */
    status: z.enum(["ok", "degraded"]),
    asOf: z.iso.datetime(),
    lobbies: z.object({ asked: count, answered: count }),
    connections: z.object({
      users: count,
      total: count,
      avgPerUser: z.number().nonnegative(),
      /** Connections that all lobbies take together. */
      limit: count,
      utilization: share,
      byStatus: countsSchema,
    }),
    queue: z.object({
      depth: count,
      oldestWait_ms: z.number().nonnegative(),
      /** Pairs on their way into a call. */
      pairing: count,
    }),
    /** Tickets since the lobbies began, by how they ended. */
    tickets: z.object({ matched: count, cancelled: count, timed_out: count }),
    /** Waits that ended in a match: how many took at most each bound, and longer than the last. */
    matchTimes: z.object({
      bounds_ms: z.array(z.number()),
      counts: z.array(count),
      /** The bound of the class that half, or 95 of 100, of the waits lie in; null without waits, or beyond all bounds. */
      p50_ms: z.number().nullable(),
      p95_ms: z.number().nullable(),
    }),
    /** Null when Redis does not say. */
    cache: z.object({ users: cacheSchema, sessions: cacheSchema }).nullable(),
    regions: z.array(
      z.object({ region: matchRegionSchema, users: count, connections: count, waiting: count }),
    ),
    capacity: z.object({
      /** People that could still come, were each to have one connection. */
      free: count,
      shards: count,
      /** The most bytes one lobby can hold; null where its limits are not known. */
      lobby_bytes_max: count.nullable(),
    }),
  })
  .meta({ id: "MatchHealth" });
export type MatchHealth = z.infer<typeof matchHealthSchema>;
