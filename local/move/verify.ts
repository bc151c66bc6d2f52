import { sql } from "drizzle-orm";
import type { ClientBase } from "pg";
import type { Db } from "../../db/client.ts";
import { keptCalls } from "./match.ts";

/** What one kind of row comes to on both sides: how many, and a sum over all that they say. */
export interface Compared {
  readonly what: string;
  readonly old: Figures;
  readonly moved: Figures;
  readonly same: boolean;
}

interface Figures {
  readonly rows: number;
  readonly sum: string;
}

/** A sum that does not depend on the order of rows: of the first 32 bits of each row's MD5. */
const summed = (from: string, text: string) => `
  select count(*)::integer as rows,
    coalesce(sum(('x' || substr(md5(${text}), 1, 8))::bit(32)::bigint), 0)::text as sum
  from ${from}`;
const joined = (...columns: string[]) =>
  columns.map((column) => `coalesce(${column}::text, '-')`).join(" || '|' || ");
const ms = (column: string) => `floor(extract(epoch from ${column}) * 1000)::bigint`;
const day = (column: string) => `(${column} at time zone 'utc')::date`;

const level = ["game_id", "level", "day", "starts", "completes", "fails", "quits", "duration_ms"];
const byStatus = ["start", "complete", "fail", "quit"]
  .map((status) => `count(*) filter (where status = '${status}')`)
  .join(", ");

/** The same question to both sides: what the old rows say, and what became of them. */
const questions: Readonly<Record<string, { readonly old: string; readonly moved: string }>> = {
  profiles: {
    old: summed(
      "baseline_user",
      joined(
        ...["id", "name", "age_range", "languages", "interests", "lower(gender)", "bio", "links"],
        ms("created_at"),
      ),
    ),
    moved: summed(
      "match_profile",
      joined(
        ...["user_id", "name", "age_range", "to_jsonb(languages)", "to_jsonb(interests)"],
        ...["gender", "bio", "links", ms("created_at")],
      ),
    ),
  },
  // Of those who are still signed in; whoever has signed in anew here has a session of another name.
  "signed in": {
    old: summed(
      `baseline_session s join baseline_user u on u.id = s.user_id where s.expires_at > $now`,
      joined("s.token", "s.user_id", ms("s.expires_at")),
    ),
    moved: summed(
      `session where id = md5('moved:' || token) and expires_at > $now`,
      joined("token", "user_id", ms("expires_at")),
    ),
  },
  // Once for each of the two; whoever has no profile any more has no history.
  calls: {
    old: summed(
      `baseline_call c join baseline_user u on u.id in (c.user_a, c.user_b) where ${keptCalls}`,
      joined("c.id", "u.id", ms("c.started_at"), ms("c.ended_at"), "left(c.reason, 40)"),
    ),
    moved: summed(
      `match_call where ${keptCalls}`,
      joined("call_id", "user_id", ms("started_at"), ms("ended_at"), "reason"),
    ),
  },
  events: {
    old: summed(
      "baseline_event where substr(id::text, 15, 1) = '7'",
      joined(
        ...["game_id", "id", "user_id", "session_id", "kind", "name", "level", "status"],
        ...["attempt", "duration_ms", "app_version", "platform", "props", ms("at")],
      ),
    ),
    moved: summed(
      "analytics_event where env = 'live'",
      joined(
        ...["game_id", "uuid", "player_id", "session_id", "kind", "name", "level", "status"],
        ...["attempt", "duration_ms", "app_version", "platform", "props", "at_ms"],
      ),
    ),
  },
  purchases: {
    old: summed(
      "baseline_revenue where substr(id::text, 15, 1) = '7'",
      joined(
        ...["game_id", "store", "transaction_id", "id", "user_id", "session_id", "type"],
        ...["product", "amount_minor", "currency", ms("at")],
      ),
    ),
    moved: summed(
      "analytics_revenue where env = 'live'",
      joined(
        ...["game_id", "store", "transaction_id", "uuid", "player_id", "session_id", "type"],
        ...["product", "amount_minor", "currency", "at_ms"],
      ),
    ),
  },
  sessions: {
    old: summed(
      "baseline_play_session",
      joined(
        ...["game_id", "id", "user_id", ms("started_at")],
        ms("coalesce(ended_at, last_heartbeat, started_at)"),
      ),
    ),
    moved: summed(
      "analytics_session where env = 'live'",
      joined("game_id", "id", "player_id", "started_ms", "last_ms"),
    ),
  },
  // What the old service's nightly count says of its raw events, and the roll-ups that came about.
  "levels by day": {
    old: summed(
      `(select game_id, level, ${day("at")} as day, ${byStatus}, coalesce(sum(duration_ms), 0)
        from baseline_event where level is not null and substr(id::text, 15, 1) = '7'
        group by 1, 2, 3) as counted (${level.join(", ")})`,
      joined(...level),
    ),
    moved: summed("analytics_level_day where env = 'live'", joined(...level)),
  },
};

/**
 * Compares both databases by count and sum. It holds while nobody writes to either: before the
 * cut-over, or right after it before anybody is let in.
 */
export async function compareDatabases(from: ClientBase, db: Db): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  // One moment for both, or what runs out in between would differ.
  const now = `'${new Date().toISOString()}'::timestamptz`;
  const at = (question: string) => question.replaceAll("$now", now);
  for (const [what, question] of Object.entries(questions)) {
    const [old] = (await from.query<Figures & Record<string, unknown>>(at(question.old))).rows;
    const [moved] = (
      await db.execute<Figures & Record<string, unknown>>(sql.raw(at(question.moved)))
    ).rows;
    if (old === undefined || moved === undefined) throw new Error(`${what} cannot be counted`);
    compared.push({ what, old, moved, same: old.rows === moved.rows && old.sum === moved.sum });
  }
  return compared;
}
