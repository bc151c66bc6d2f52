import { batchLimits } from "../../../protocol/analytics/limits.ts";
import { lobbyCapacity_max } from "../../../protocol/match/room-data.ts";
import { gatherLimits } from "../../../rooms/analytics/gather.ts";
import { sliceLimits } from "../../../rooms/analytics/plan.ts";
import { callMachine } from "../../../rooms/match/call/machine.ts";
import { lobbyMachine } from "../../../rooms/match/lobby/machine.ts";
import type { RoomLimits } from "../../../rooms/room.ts";
import { watchMachine } from "../../../rooms/watch/machine.ts";
import { flushesOf, writesOf } from "./buffer-load.ts";
import { ceilings, habits, type Load, searches_per_s } from "./load.ts";
import { zipfShares } from "./zipf.ts";

/** What one object of a kind has to bear, the busiest of its kind. */
export interface Spot {
  readonly name: string;
  readonly objects: number;
  readonly sockets: number;
  /** As many as its own limits let in. */
  readonly sockets_max: number;
  readonly events_per_s: number;
  readonly frames_per_s: number;
  /** Events that write, and the keys or rows written. */
  readonly writes_per_s: number;
  readonly rows_per_s: number;
  /** The most bytes that it can hold with so many sockets. */
  readonly bytes_max: number;
  /** Whether more users mean more for this object, not only more objects. */
  readonly grows: boolean;
}

/** All hot spots under a load, with everybody there at once. */
export function spotsOf(load: Load): readonly Spot[] {
  const ordinary = { ...load, topGameShards: 1 };
  return [
    watchSpot("a watch room", load.watching / load.watchRoom_people, load.watchRoom_people),
    watchSpot("the largest watch room", 1, load.watchRoom_people_max),
    lobbySpot(load),
    queueSpot(load),
    callSpot(load),
    bufferSpot("the buffer of a game in the middle", load.games, ordinary, medianPlayers(load)),
    bufferSpot("a buffer of the top game", load.topGameShards, load, topPlayers(load)),
  ];
}

/** An hour of one person in a watch room with `people` in it; `watch-run.ts` plays it. */
export function watchPerson(people: number) {
  const { visits_per_h, breaks_per_h, chats_per_h, commands_per_h, probes } = habits.watch;
  const openings = visits_per_h + breaks_per_h;
  const spoken = chats_per_h + commands_per_h;
  return {
    // A socket that opens, says hello, probes the clock and closes; a goodbye; what is said.
    events_per_h: openings * (3 + probes) + visits_per_h + spoken,
    // What is said goes to all; coming and going to all others; a welcome and answers to one.
    frames_per_h: spoken * people + visits_per_h * 2 * (people - 1) + openings * (1 + probes),
    // One key for whatever is said, and for a visit at each end.
    writes_per_h: 2 * openings + spoken,
  };
}

function watchSpot(name: string, objects: number, people: number): Spot {
  const { events_per_h, frames_per_h, writes_per_h } = watchPerson(people);
  return {
    ...{ name, objects, sockets: people, sockets_max: watchMachine.limits.connections_max },
    events_per_s: (people * events_per_h) / 3_600,
    frames_per_s: (people * frames_per_h) / 3_600,
    writes_per_s: (people * writes_per_h) / 3_600,
    rows_per_s: (people * writes_per_h) / 3_600,
    bytes_max: bytesOf(watchMachine, people),
    grows: false,
  };
}

/** What one search asks of the queue; `lobby-run.ts` plays it. */
export const search = {
  /** `enqueue`, `look`, `seated`. */
  events: 3,
  /** `waiting`, `queue`, `matched`, `ended`. */
  frames: 4,
  /** `enqueue` and `seated`. */
  writes: 2,
  /** The ticket twice, half of the pair three times, a memo twice; statistics ride along with it. */
  rows: 5.5,
} as const;

function queueSpot(load: Load): Spot {
  const people = load.meeting / load.regions;
  const rate = searches_per_s(people);
  return {
    ...{ name: "the queue of a region", objects: load.regions, grows: true },
    // A page keeps its socket to the queue for the whole visit.
    ...{ sockets: people, sockets_max: lobbyCapacity_max },
    events_per_s: rate * search.events + (2 * people) / habits.match.visit_s,
    frames_per_s: rate * search.frames + people / habits.match.visit_s,
    writes_per_s: rate * search.writes,
    rows_per_s: rate * search.rows,
    bytes_max: bytesOf(lobbyMachine, people),
  };
}

/** Where people are seen: they come, go, and say before and after a call what they do. */
function lobbySpot(load: Load): Spot {
  const people = load.meeting / load.regions / load.lobbyShards;
  const rate = searches_per_s(people);
  const { visit_s } = habits.match;
  return {
    ...{ name: "a lobby", objects: load.regions * load.lobbyShards, grows: true },
    ...{ sockets: people, sockets_max: lobbyShardCapacity(load) },
    events_per_s: rate * 2 + (2 * people) / visit_s,
    frames_per_s: people / visit_s,
    writes_per_s: rate * 2,
    rows_per_s: rate * 2,
    bytes_max: bytesOf(lobbyMachine, people),
  };
}

/** The highest `MATCH_CAPACITY` that there is, shared by the lobbies of a region. */
const regionCapacity_max = 30_000;
const lobbyShardCapacity = ({ lobbyShards }: Load) =>
  Math.min(lobbyCapacity_max, Math.floor(regionCapacity_max / lobbyShards));

function callSpot(load: Load): Spot {
  const { call_s, signals } = habits.match;
  const calls = searches_per_s(load.meeting) / 2;
  // Both open, greet, send and acknowledge their signals, and close; one hangs up.
  const events = 2 * (3 + 2 * signals) + 1;
  return {
    ...{ name: "a call", objects: calls * call_s, sockets: 2, sockets_max: 2, grows: false },
    events_per_s: events / call_s,
    frames_per_s: (2 * (1 + 2 * signals) + 2) / call_s,
    // The call, its start, the lines in quiet, the end, and that it is recorded.
    ...{ writes_per_s: 5 / call_s, rows_per_s: 5 / call_s },
    bytes_max: bytesOf(callMachine, 2),
  };
}

function bufferSpot(name: string, objects: number, load: Load, players: number): Spot {
  const own = players / load.topGameShards;
  const { batches_per_s, flushes_per_s } = flushesOf(own);
  return {
    ...{ name, objects, grows: true, sockets: 0, sockets_max: 0 },
    events_per_s: batches_per_s + flushes_per_s,
    frames_per_s: 0,
    ...writesOf(own),
    bytes_max:
      3 * sliceLimits.bytes_max + 2 * batchLimits.body_bytes_max + gathered_bytes + recent_bytes,
  };
}

/** Batches that wait for company. */
const gathered_bytes = gatherLimits.batches_max * gatherLimits.bytes_max;
/** 20,000 uuids that a buffer remembers, each with its entry in a set. */
const recent_bytes = 20_000 * 128;

export const topPlayers = ({ playing, games, topGameShare }: Load) =>
  playing * (zipfShares(games, topGameShare)[0] ?? 0);

/** Those of a game of which half of all games have more. */
export function medianPlayers({ playing, games, topGameShare }: Load): number {
  return playing * (zipfShares(games, topGameShare)[Math.floor(games / 2)] ?? 0);
}

/** The share of all time for which the lock of one game is held, over all of its buffers. */
export function lockUse(players: number, shards: number): number {
  const { events_per_s, statements_per_s } = flushesOf(players / shards);
  const { flushed_per_s, commit_s } = ceilings;
  return shards * (events_per_s / flushed_per_s + statements_per_s * commit_s);
}

function bytesOf(
  machine: { worstCaseBytes(limits: RoomLimits): number; limits: RoomLimits },
  connections_max: number,
) {
  return machine.worstCaseBytes({ ...machine.limits, connections_max });
}

/** What is used of each ceiling, as a share; above 1 it does not hold. */
export function sharesOf(spot: Spot): Readonly<Record<string, number>> {
  const { sockets, sockets_max } = spot;
  return {
    sockets: sockets / Math.min(ceilings.sockets, sockets_max || ceilings.sockets),
    events: spot.events_per_s / ceilings.events_per_s,
    writes: spot.writes_per_s / ceilings.writes_per_s,
    frames: spot.frames_per_s / ceilings.frames_per_s,
    memory: spot.bytes_max / ceilings.isolate_bytes,
  };
}
