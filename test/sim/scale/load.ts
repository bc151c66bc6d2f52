import { limits as sdk } from "../../../sdk/limits.ts";
import { probes_max } from "../../../web/watch/clock.ts";
import { clockOfAnHour } from "../../contract/budget-watch.ts";

/** Whom the model reckons with, all at once. */
export interface Load {
  readonly watching: number;
  readonly watchRoom_people: number;
  readonly watchRoom_people_max: number;
  readonly meeting: number;
  /** Regions that share those who meet, each as many. */
  readonly regions: number;
  readonly lobbyShards: number;
  readonly playing: number;
  readonly games: number;
  /** Share of all players that the most popular game has; the others follow Zipf's law. */
  readonly topGameShare: number;
  readonly topGameShards: number;
}

export const million: Load = {
  watching: 600_000,
  watchRoom_people: 10,
  watchRoom_people_max: 200,
  meeting: 200_000,
  regions: 5,
  lobbyShards: 16,
  playing: 200_000,
  games: 2_000,
  topGameShare: 0.2,
  topGameShards: 16,
};

/** What one person does. Nobody has measured it: it is assumed, and the document says so. */
export const habits = {
  watch: {
    /** In an hour: arrivals, lines that break and come back in time, messages, plays and pauses. */
    visits_per_h: 1,
    breaks_per_h: 1,
    chats_per_h: 12,
    commands_per_h: 2,
    /** Clock probes after each opening of a socket, and later questions for the time. */
    probes: probes_max,
    timeRequests_per_h: clockOfAnHour().requests,
  },
  match: {
    /** A call, and from its end to its being found, with the search between. */
    call_s: 60,
    between_s: 5,
    visit_s: 1_800,
    /** Frames of each of the two in a call, mostly in its first seconds. */
    signals: 15,
  },
  play: {
    ...{ events_per_min: 6, heartbeat_ms: sdk.heartbeat_ms, flush_ms: sdk.flush_ms },
    /** Of an event as the buffer keeps it. */
    event_bytes: 280,
  },
} as const;

/** Searches a second among so many people. */
export const searches_per_s = (people: number) =>
  people / (habits.match.call_s + habits.match.between_s);

/** Events a player sends in a second, signs of life among them. */
export const playerEvents_per_s =
  habits.play.events_per_min / 60 + 1_000 / habits.play.heartbeat_ms;

/** Batches a player sends in a second: the first event starts the SDK's clock, the rest wait. */
export const playerBatches_per_s = 1 / (habits.play.flush_ms / 1_000 + 1 / playerEvents_per_s);

/** Events of a batch, on average. */
export const batch_events = playerEvents_per_s / playerBatches_per_s;

/**
 * What the platform and one database take, from the vendors' pages and from measurements. Where a
 * range is given it is its lower end.
 */
export const ceilings = {
  /** Events that one object takes in a second: sockets opening and closing, messages, requests. */
  events_per_s: 1_000,
  /** Those of them that write. */
  writes_per_s: 200,
  sockets: 32_768,
  isolate_bytes: 128 * 1024 * 1024,
  /** Deliveries for each second of an object's processor, of which it has one. */
  frames_per_s: 7_000,
  /** Events with their roll-ups that one connection writes: half of what was measured. */
  flushed_per_s: 2_500,
  /** A transaction, apart from its rows. */
  commit_s: 0.01,
} as const;
