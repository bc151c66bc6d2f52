import type { MeasuredModule } from "./measured.ts";

/** How much of a unit one person may use in an hour, and what for. */
export interface Budget {
  readonly perUserHour: number;
  readonly reason: string;
}

/** Budgets of a module by the meter's units; a unit that is billed and not named may not be used. */
export type ModuleBudget = Readonly<Record<string, Budget>>;

const upTo = (perUserHour: number, reason: string): Budget => ({ perUserHour, reason });

/**
 * What an hour of each module may use for each person, at the rates of `test/contract/budget-*.ts`. A
 * test plays the hour, and fails above a budget and also far below it, so that what was saved once is
 * not spent again unseen.
 */
export const budgets: Readonly<Record<MeasuredModule, ModuleBudget>> = {
  watch: {
    worker_requests: upTo(
      45,
      "three for the visit, a socket for each lost line; the rest asks for the time",
    ),
    redis_commands: upTo(
      33,
      "limits of the visit and its three sockets, and the report at its end",
    ),
    sql_round_trips: upTo(2, "the room, when Redis has no copy in time, and the note of its use"),
    room_requests: upTo(3.3, "a socket, and another after each lost line"),
    room_awake_ms: upTo(
      2_500,
      "5 ms for each thing that happens, 25 to send some of them together",
    ),
    socket_messages_in: upTo(41, "sixteen probes of the clock, chat and commands"),
    rows_read: upTo(0.2, "the room's keys, when it wakes"),
    rows_written: upTo(32, "anchors, chat, visits, and the alarm"),
  },
  match: {
    worker_requests: upTo(105, "for each call its socket and half a rating"),
    redis_commands: upTo(
      320,
      "a limit for each socket, a limit and a session for most other requests",
    ),
    sql_round_trips: upTo(
      85,
      "each call's record, ratings, the way in; sessions where Redis is late",
    ),
    room_requests: upTo(58, "a socket to each call, two to the lobby, and alarms"),
    room_awake_ms: upTo(7_000, "5 ms for each thing that happens, and the record of each call"),
    socket_messages_in: upTo(
      470,
      "signals and acknowledgements of 44 calls, searches, what one does",
    ),
    rows_read: upTo(25, "each call's room is made once"),
    rows_written: upTo(515, "tickets, pairs, presence, calls, and alarms"),
  },
  analytics: {
    worker_requests: upTo(134, "batches: the SDK sends what half a minute brought"),
    sql_round_trips: upTo(20, "a writing each half minute, shared by ten players, and purchases"),
    room_requests: upTo(146, "batches and the buffer's alarms"),
    room_awake_ms: upTo(10_000, "20 ms for company at a batch, and writing to Postgres"),
    rows_written: upTo(
      185,
      "a row for each batch; for each writing a deletion, what the buffer counts, alarms",
    ),
  },
};

/**
 * What counting may take for each person and hour, whatever they do: an isolate writes a command for
 * each number that has changed, and so does each room that empties, such as that of a call.
 */
export const meterBudget: ModuleBudget = {
  redis_commands: upTo(
    120,
    "a writing each half minute of an hour that is played in two, and one for each room that empties",
  ),
};

/** The hour takes as long as the machine does, and the meter writes by the clock. */
export const meterTimesUsed_max = 3;

/** Time is what others take to answer on a busy machine. */
const timesUsed_max = (unit: string) => (unit.endsWith("_ms") ? 5 : 1.5);

/**
 * A budget may leave half of what is used, and two units more: a cache that a busy machine answers too
 * late asks the database instead. What leaves more is slack, and is to be lowered.
 */
export function isSlack(unit: string, budget: number, used: number): boolean {
  return budget > used * timesUsed_max(unit) + 2;
}
