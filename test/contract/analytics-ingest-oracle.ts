import { sql } from "drizzle-orm";
import type { Db } from "../../db/client.ts";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import {
  type AnalyticsPlace,
  type IngestResult,
  ingestAnalytics,
  lockAnalytics,
} from "../../db/queries/analytics-rollup.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { dayOf, uuid7Time_ms } from "../../protocol/analytics/uuid7.ts";

type Line = Record<string, string | number | null>;

/** All roll-ups and helper tables of one place, each as sorted lines of text. */
export interface Rollups {
  readonly days: readonly string[];
  readonly levels: readonly string[];
  readonly levelWeeks: readonly string[];
  readonly revenue: readonly string[];
  readonly players: readonly string[];
  readonly playerDays: readonly string[];
  readonly sessions: readonly string[];
  readonly events: readonly string[];
}

const lines = (all: readonly Line[]) => all.map((line) => JSON.stringify(line)).sort();

/**
 * What the roll-ups must be, counted in the plainest way from rows that each happened once. It shares
 * no code with the statement that writes them.
 */
export function expectedRollups(given: readonly EventRow[]): Rollups {
  const rows = [...new Map(given.map((row) => [keyOf(row), row])).values()];
  const raw = rows.filter(({ k }) => k !== "heartbeat" && k !== "revenue");
  const revenue = rows.filter(({ k }) => k === "revenue");
  const firstDay = new Map<string, string>();
  const playerDays = new Set<string>();
  for (const { p, t } of [...raw, ...revenue]) {
    const day = dayOf(t);
    playerDays.add(`${day} ${p}`);
    const known = firstDay.get(p);
    if (known === undefined || day < known) firstDay.set(p, day);
  }
  const sessions = sessionsOf(rows);
  const days = new Set([
    ...[...raw, ...revenue].map(({ t }) => dayOf(t)),
    ...[...sessions.values()].map(({ start }) => dayOf(start)),
  ]);
  return {
    days: lines(
      [...days].map((day) => {
        const began = [...sessions.values()].filter(({ start }) => dayOf(start) === day);
        return {
          day,
          events: raw.filter(({ t }) => dayOf(t) === day).length,
          errors: raw.filter(({ t, k }) => dayOf(t) === day && k === "error").length,
          players: [...playerDays].filter((line) => line.startsWith(day)).length,
          new_players: [...firstDay.values()].filter((first) => first === day).length,
          sessions: began.length,
          session_ms: began.reduce((sum, { start, last }) => sum + last - start, 0),
        };
      }),
    ),
    levels: levelLines(raw.filter(({ k }) => k === "level")),
    levelWeeks: weekLines(levelLines(raw.filter(({ k }) => k === "level"))),
    revenue: revenueLines(revenue),
    players: lines([...firstDay].map(([player, day]) => ({ player, day }))),
    playerDays: [...playerDays].sort(),
    sessions: lines(
      [...sessions].map(([id, { start, last, ended }]) => ({
        id,
        start,
        last,
        ended: String(ended),
      })),
    ),
    events: raw.map(({ u }) => u).sort(),
  };
}

/** What makes a row the same as another: of revenue its kind and transaction, or else its uuid. */
function keyOf({ k, u, rs, rt, ry }: EventRow): string {
  return k === "revenue" ? `${ry} ${rs} ${rt}` : u;
}

function sessionsOf(rows: readonly EventRow[]) {
  const sessions = new Map<string, { start: number; last: number; ended: boolean }>();
  for (const { k, s, t } of rows) {
    if (s === undefined || !["session_start", "heartbeat", "session_end"].includes(k)) continue;
    const start = uuid7Time_ms(s);
    const known = sessions.get(s) ?? { start, last: start, ended: false };
    known.last = Math.max(known.last, t);
    known.ended ||= k === "session_end";
    sessions.set(s, known);
  }
  return sessions;
}

function levelLines(rows: readonly EventRow[]): readonly string[] {
  const all = new Map<string, Line>();
  const line = (level: string | undefined, t: number): Record<string, number> => {
    const day = dayOf(t);
    const key = `${day} ${level}`;
    const zero = { starts: 0, completes: 0, fails: 0, quits: 0, duration_ms: 0, timed: 0 };
    const none = { score: 0, scored: 0, players: 0, passed: 0, winners: 0, win_attempts: 0 };
    const found = all.get(key) ?? { day, level: level ?? "", ...zero, ...none };
    all.set(key, found);
    return found as unknown as Record<string, number>;
  };
  const add = (to: Record<string, number>, name: string, amount = 1) => {
    to[name] = (to[name] ?? 0) + amount;
  };
  const names: Record<string, string> = {
    start: "starts",
    complete: "completes",
    fail: "fails",
    quit: "quits",
  };
  const firsts = new Map<string, EventRow>();
  for (const row of rows) {
    const to = line(row.l, row.t);
    add(to, names[row.ls ?? ""] ?? "");
    if (row.ld !== undefined) {
      add(to, "duration_ms", row.ld);
      add(to, "timed");
    }
    if (row.ls === "complete" && row.lc !== undefined) {
      add(to, "score", row.lc);
      add(to, "scored");
    }
    const key = `${row.ls} ${row.l} ${row.p}`;
    const first = firsts.get(key);
    if (first === undefined || row.t < first.t || (row.t === first.t && row.u < first.u))
      firsts.set(key, row);
  }
  for (const row of firsts.values()) {
    if (row.ls === "start") {
      add(line(row.l, row.t), "players");
      if (firsts.has(`complete ${row.l} ${row.p}`)) add(line(row.l, row.t), "passed");
    }
    if (row.ls !== "complete") continue;
    add(line(row.l, row.t), "winners");
    add(line(row.l, row.t), "win_attempts", row.la);
  }
  return lines([...all.values()]);
}

/** Days of levels added up by week; weeks begin every seven days since 1970. */
function weekLines(days: readonly string[]): readonly string[] {
  const weeks = new Map<string, Line>();
  for (const text of days) {
    const { day, level, ...counters } = JSON.parse(text) as Line;
    const week_ms = 7 * 86_400_000;
    const week = dayOf(Math.floor(Date.parse(String(day)) / week_ms) * week_ms);
    const sums: Line = weeks.get(`${week} ${level}`) ?? { week, level: level ?? "" };
    for (const [name, amount] of Object.entries(counters))
      sums[name] = Number(sums[name] ?? 0) + Number(amount);
    weeks.set(`${week} ${level}`, sums);
  }
  return lines([...weeks.values()]);
}

function revenueLines(rows: readonly EventRow[]): readonly string[] {
  const groups = Map.groupBy(rows, ({ t, rc }) => `${dayOf(t)} ${rc}`);
  return lines(
    [...groups].map(([key, group]) => {
      const [day = "", currency = ""] = key.split(" ");
      const bought = group.filter(({ ry }) => ry === "purchase");
      const returned = group.filter(({ ry }) => ry === "refund");
      const sum = (of: readonly EventRow[]) => of.reduce((total, { ra }) => total + (ra ?? 0), 0);
      return {
        day,
        currency,
        purchases: bought.length,
        purchased_minor: sum(bought),
        refunds: returned.length,
        refunded_minor: sum(returned),
        verified_minor: sum(bought.filter(({ rv }) => rv === true)),
      };
    }),
  );
}

/** What the database has of a place, in the same form. Days on which nothing is left do not show. */
export async function keptRollups(db: Db, { gameId, env }: AnalyticsPlace): Promise<Rollups> {
  const of = async (columns: string, table: string) => {
    const { rows } = await db.execute<Line>(
      sql`select ${sql.raw(columns)} from ${sql.raw(table)} where game_id = ${gameId} and env = ${env}`,
    );
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          /^-?\d+$/.test(String(value)) && name !== "level" && name !== "player"
            ? Number(value)
            : value,
        ]),
      ),
    );
  };
  const dayText = "to_char(day, 'YYYY-MM-DD') as day";
  const levelCounters =
    "starts, completes, fails, quits, duration_ms, timed, score, scored, players, passed, winners, win_attempts";
  const days = await of(
    `${dayText}, events, errors, players, new_players, sessions, session_ms`,
    "analytics_day",
  );
  const playerDays = await of(`${dayText}, player_id as player`, "analytics_player_day");
  const events = await of("uuid::text as uuid", "analytics_event");
  return {
    days: lines(days),
    levels: lines(await of(`${dayText}, level, ${levelCounters}`, "analytics_level_day")),
    levelWeeks: lines(
      await of(
        `to_char(week, 'YYYY-MM-DD') as week, level, ${levelCounters}`,
        "analytics_level_week",
      ),
    ),
    revenue: lines(
      await of(
        `${dayText}, currency, purchases, purchased_minor, refunds, refunded_minor, verified_minor`,
        "analytics_revenue_day",
      ),
    ),
    players: lines(
      await of("player_id as player, to_char(first_day, 'YYYY-MM-DD') as day", "analytics_player"),
    ),
    playerDays: playerDays.map(({ day, player }) => `${day} ${player}`).sort(),
    sessions: lines(
      await of(
        "id::text as id, started_ms as start, last_ms as last, ended::text as ended",
        "analytics_session",
      ),
    ),
    events: events.map(({ uuid }) => String(uuid)).sort(),
  };
}

/** Makes the partitions that rows need, for whichever time events of the game are kept. */
export async function preparePartitions(db: Db, rows: readonly EventRow[]): Promise<void> {
  const wanted = new Map(
    rows.flatMap(({ t }) =>
      ([0, 7, 30, 90, 365] as const).map((kept) => {
        const partition = partitionOf(kept, t);
        return [partition.table, partition] as const;
      }),
    ),
  );
  for (const partition of wanted.values()) await createPartition(db, partition);
}

/** Takes rows in, as a buffer does. */
export async function ingest(
  db: Db,
  place: AnalyticsPlace,
  rows: readonly EventRow[],
  keyId?: string,
): Promise<IngestResult> {
  const [, result] = await db.batch([
    lockAnalytics(db, place),
    ingestAnalytics(db, place, JSON.stringify(rows), keyId),
  ]);
  const [row] = result.rows;
  if (row === undefined) throw new Error("the statement answered with no row");
  return row;
}
