import { cacheHits } from "../../platform/meter/reading.ts";
import { type LobbyState, matchTimeBounds_ms } from "../../protocol/match/requests.ts";
import type { MatchHealth } from "../../protocol/match/rest-health.ts";
import { type MatchRegion, matchRegions } from "../../protocol/match/rest-lobby.ts";

/** What one room has said, or that it said nothing in time. */
export interface AskedRoom {
  readonly region: MatchRegion;
  /** Whether it is a queue beside lobbies: then its people are counted in those. */
  readonly onlyQueue: boolean;
  readonly state: LobbyState | undefined;
}

type CacheOutcomes = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface HealthFacts {
  readonly rooms: readonly AskedRoom[];
  readonly now_ms: number;
  readonly shards: number;
  /** Connections that all lobbies take together. */
  readonly limit: number;
  readonly lobby_bytes_max: number | null;
  /** Undefined when Redis does not say. */
  readonly caches: CacheOutcomes | undefined;
}

/** All rooms together. Whoever has a connection in a lobby is counted there and nowhere else. */
export function healthOf(facts: HealthFacts): MatchHealth {
  const answered = facts.rooms.filter((room) => room.state !== undefined);
  const states = answered.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const lobbies = answered.flatMap(({ state, onlyQueue }) =>
    state === undefined || onlyQueue ? [] : [state],
  );
  const users = sum(lobbies, (state) => state.users);
  const total = sum(lobbies, (state) => state.connections);
  const counts = Array.from({ length: matchTimeBounds_ms.length + 1 }, (_, at) =>
    sum(states, ({ matchTimes }) => matchTimes[at] ?? 0),
  );
  return {
    status: answered.length === facts.rooms.length ? "ok" : "degraded",
    asOf: new Date(facts.now_ms).toISOString(),
    lobbies: { asked: facts.rooms.length, answered: answered.length },
    connections: {
      users,
      total,
      avgPerUser: users === 0 ? 0 : Math.round((total / users) * 100) / 100,
      limit: facts.limit,
      utilization: Math.min(1, total / facts.limit),
      byStatus: {
        online: sum(lobbies, ({ statuses }) => statuses.online),
        waiting: sum(states, ({ statuses }) => statuses.waiting),
        in_call: sum(lobbies, ({ statuses }) => statuses.in_call),
        away: sum(lobbies, ({ statuses }) => statuses.away),
      },
    },
    queue: {
      depth: sum(states, (state) => state.queueDepth),
      oldestWait_ms: Math.max(0, ...states.map((state) => state.oldestWait_ms)),
      pairing: sum(states, (state) => state.pairing),
    },
    tickets: {
      matched: sum(states, ({ tickets }) => tickets.matched),
      cancelled: sum(states, ({ tickets }) => tickets.cancelled),
      timed_out: sum(states, ({ tickets }) => tickets.timed_out),
    },
    matchTimes: {
      bounds_ms: [...matchTimeBounds_ms],
      counts,
      p50_ms: boundAt(counts, 0.5),
      p95_ms: boundAt(counts, 0.95),
    },
    cache: facts.caches === undefined ? null : cacheFigures(facts.caches),
    regions: matchRegions.map((region) => regionFigures(region, answered)),
    capacity: {
      free: Math.max(0, facts.limit - total),
      shards: facts.shards,
      lobby_bytes_max: facts.lobby_bytes_max,
    },
  };
}

function regionFigures(region: MatchRegion, rooms: readonly AskedRoom[]) {
  const own = rooms.filter((room) => room.region === region);
  const lobbies = own.filter((room) => !room.onlyQueue);
  return {
    region,
    users: sum(lobbies, ({ state }) => state?.users ?? 0),
    connections: sum(lobbies, ({ state }) => state?.connections ?? 0),
    waiting: sum(own, ({ state }) => state?.queueDepth ?? 0),
  };
}

function cacheFigures(caches: CacheOutcomes) {
  const figuresOf = (name: string) => {
    const { reads, hits, hitRate } = cacheHits(caches.get(name));
    return { hits, misses: Math.max(0, reads - hits), hitRate };
  };
  return { users: figuresOf("user"), sessions: figuresOf("session") };
}

/** The bound of the class that this share of all waits lies within. */
function boundAt(counts: readonly number[], share: number): number | null {
  const all = sum(counts, (count) => count);
  if (all === 0) return null;
  let reached = 0;
  for (const [at, count] of counts.entries()) {
    reached += count;
    if (reached >= share * all) return matchTimeBounds_ms[at] ?? null;
  }
  return null;
}

function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
