import { dayShapes, userHoursOfDay } from "../../../cost/scenario.ts";
import {
  type RateLimitPolicyName,
  rateLimitPolicies,
} from "../../../platform/ratelimit/policies.ts";
import { retentionDays_default } from "../../../protocol/analytics/game.ts";
import { told_ms_max } from "../../../rooms/host/meter.ts";
import { flushesOf } from "./buffer-load.ts";
import { ceilings, habits, type Load, playerBatches_per_s, searches_per_s } from "./load.ts";
import { lockUse, sharesOf, spotsOf, topPlayers } from "./model.ts";
import { zipfShares } from "./zipf.ts";

/** What counting a request against a limit is billed as. */
const algorithm_commands = { sliding_window: 4, fixed_window: 2, isolate_window: 0 } as const;
const limit_commands = (...names: readonly RateLimitPolicyName[]) =>
  names.reduce((sum, name) => sum + algorithm_commands[rateLimitPolicies[name].algorithm], 0);
/** A room that tells of what it used, now and then and when it has emptied. */
const telling_commands = 8;
/** A room from the cache; a session from the cache. */
const room_commands = 2;
const session_commands = 1;

/** What the parts that everybody shares have to bear. */
export interface Whole {
  readonly requests_per_s: number;
  readonly redisCommands_per_s: number;
  /** Round trips to Postgres: a batch is one. */
  readonly postgresTrips_per_s: number;
  /** Events that it takes in with their roll-ups. */
  readonly postgresEvents_per_s: number;
  /** Connections that are busy with that, on average. */
  readonly postgresBusy: number;
  /** Share of its time for which the lock of the top game is held. */
  readonly topGameLock: number;
}

/** What a load asks of the Worker, of Redis and of Postgres. */
export function wholeOf(load: Load): Whole {
  const { watching, watchRoom_people, meeting, playing, games, topGameShare } = load;
  const { visits_per_h, breaks_per_h, timeRequests_per_h } = habits.watch;
  const { visit_s } = habits.match;
  const arrivals = (watching * visits_per_h) / 3_600;
  const returns = (watching * breaks_per_h) / 3_600;
  const searches = searches_per_s(meeting);
  const entries = meeting / visit_s;
  const flushes = zipfShares(games, topGameShare).map((share, rank) => {
    const shards = rank === 0 ? load.topGameShards : 1;
    const one = flushesOf((playing * share) / shards);
    return { trips: shards * one.statements_per_s, events: shards * one.events_per_s };
  });
  const sum = (key: "trips" | "events") => flushes.reduce((total, one) => total + one[key], 0);
  const rooms_per_s = (watching / watchRoom_people) * (visits_per_h / 3_600);
  return {
    // A join or an entry is a request beside its socket; a call is a socket alone.
    requests_per_s:
      2 * arrivals +
      returns +
      (watching * timeRequests_per_h) / 3_600 +
      3 * entries +
      searches +
      playing * playerBatches_per_s,
    // A visit to match has a socket to the lobby and one to the queue.
    redisCommands_per_s:
      arrivals * (limit_commands("watch_join", "sockets") + room_commands) +
      returns * limit_commands("sockets") +
      entries * (limit_commands("match_lobby", "sockets", "sockets") + session_commands) +
      searches * limit_commands("sockets") +
      telling_commands * (searches / 2 + (watching / watchRoom_people) * (1_000 / told_ms_max)),
    // A room is made and noted as used; an entry is read; a call is kept, once for both.
    postgresTrips_per_s: 2 * rooms_per_s + entries + searches / 2 + sum("trips"),
    postgresEvents_per_s: sum("events"),
    postgresBusy: sum("events") / ceilings.flushed_per_s + sum("trips") * ceilings.commit_s,
    topGameLock: lockUse(topPlayers(load), load.topGameShards),
  };
}

/**
 * What Postgres keeps for players after so many days, each with the hours of an evening.
 * @param stored_bytesPerUserHour by how much it grows for one who plays, as the load runs measured it
 */
export function keptBytes({ playing }: Load, stored_bytesPerUserHour: number): number {
  const evening_h = userHoursOfDay({ modules: ["analytics"], day: dayShapes.evening, users: 1 });
  return playing * stored_bytesPerUserHour * evening_h * retentionDays_default;
}

/** Where something no longer holds, when all parts of a load grow alike. */
export interface Gives {
  readonly what: string;
  readonly by: string;
  readonly users: number;
}

/**
 * What gives, the first first. Each part is taken to grow in proportion, which for the writes of a
 * buffer is too soon: batches share them, the more the more there are.
 */
export function givesOf(load: Load): readonly Gives[] {
  const users = load.watching + load.meeting + load.playing;
  const spots = spotsOf(load)
    .filter(({ grows }) => grows)
    .flatMap((spot) =>
      Object.entries(sharesOf(spot)).map(([by, share]) => ({ what: spot.name, by, share })),
    );
  const lock = { what: "the top game", by: "lock", share: wholeOf(load).topGameLock };
  return [...spots, lock]
    .filter(({ share, by }) => share > 0 && by !== "memory")
    .map(({ what, by, share }) => ({ what, by, users: users / share }))
    .sort((a, b) => a.users - b.users);
}
