import { sql } from "drizzle-orm";
import type { ClientBase } from "pg";
import type { Db } from "../../db/client.ts";
import { type Moved, page_rows } from "./pages.ts";

interface Way {
  readonly what: string;
  /** What has come about since `$since` behind the key `$after`, as rows of the old table. */
  readonly select: string;
  /** Type of the key. */
  readonly type: "text" | "uuid";
  /** The old table, its columns with their types, and what is done with a row that is there. */
  readonly table: string;
  readonly columns: string;
  readonly conflict: string;
}

const moment = (column: string) => `to_timestamp(${column} / 1000.0)`;

const ways: readonly Way[] = [
  {
    what: "profiles",
    select: `select user_id as id, name, age_range, to_jsonb(languages) as languages,
        to_jsonb(interests) as interests, gender, bio, links, created_at, updated_at
      from match_profile where updated_at >= $since and user_id > $after order by user_id`,
    type: "text",
    table: "baseline_user",
    columns: `id text, name text, age_range text, languages jsonb, interests jsonb, gender text,
      bio text, links jsonb, created_at timestamptz, updated_at timestamptz`,
    conflict: `(id) do update set name = excluded.name, age_range = excluded.age_range,
      languages = excluded.languages, interests = excluded.interests, gender = excluded.gender,
      bio = excluded.bio, links = excluded.links, updated_at = excluded.updated_at
      where baseline_user.updated_at < excluded.updated_at`,
  },
  {
    what: "calls",
    select: `select call_id as id, min(user_id) as user_a,
        max(coalesce(partner_id, '')) as user_b, min(started_at) as started_at,
        max(ended_at) as ended_at, min(reason) as reason
      from match_call where ended_at >= $since and call_id > $after
      group by call_id having count(*) = 2 order by call_id`,
    type: "text",
    table: "baseline_call",
    columns: `id text, user_a text, user_b text, started_at timestamptz, ended_at timestamptz,
      reason text`,
    conflict: "do nothing",
  },
  {
    what: "games",
    select: `select id, 'back:' || id as api_key, name from analytics_game
      where created_at >= $since and id > $after order by id`,
    type: "text",
    table: "baseline_game",
    columns: "id text, api_key text, name text",
    conflict: "do nothing",
  },
  {
    what: "events",
    select: `select uuid as id, game_id, player_id as user_id, session_id, kind, name, level,
        status, attempt, duration_ms, props, ${moment("at_ms")} as at, app_version, platform,
        ${moment("received_ms")} as received_at
      from analytics_event where env = 'live' and kind in ('event', 'level', 'error')
        and received_ms >= extract(epoch from $since) * 1000 and uuid > $after order by uuid`,
    type: "uuid",
    table: "baseline_event",
    columns: `id uuid, game_id text, user_id text, session_id uuid, kind text, name text,
      level text, status text, attempt integer, duration_ms integer, props jsonb, at timestamptz,
      app_version text, platform text, received_at timestamptz`,
    conflict: "do nothing",
  },
  {
    what: "purchases",
    select: `select uuid as id, game_id, player_id as user_id, session_id, store,
        transaction_id, type, product, amount_minor, currency, ${moment("at_ms")} as at
      from analytics_revenue where env = 'live' and player_id is not null
        and received_ms >= extract(epoch from $since) * 1000 and uuid > $after order by uuid`,
    type: "uuid",
    table: "baseline_revenue",
    columns: `id uuid, game_id text, user_id text, session_id uuid, store text,
      transaction_id text, type text, product text, amount_minor bigint, currency text,
      at timestamptz`,
    conflict: "do nothing",
  },
  {
    what: "sessions",
    select: `select id, game_id, player_id as user_id, ${moment("started_ms")} as started_at,
        ${moment("last_ms")} as last_heartbeat,
        case when not open then ${moment("last_ms")} end as ended_at
      from analytics_session where env = 'live'
        and seen_ms >= extract(epoch from $since) * 1000 and id > $after order by id`,
    type: "uuid",
    table: "baseline_play_session",
    columns: `id uuid, game_id text, user_id text, started_at timestamptz,
      last_heartbeat timestamptz, ended_at timestamptz`,
    conflict: `(id) do update set
      last_heartbeat = greatest(baseline_play_session.last_heartbeat, excluded.last_heartbeat),
      ended_at = excluded.ended_at`,
  },
];

const nothing = { text: "", uuid: "00000000-0000-0000-0000-000000000000" } as const;

/**
 * The way back: brings to the old database what has come about in ours since the cut-over. Twice does
 * no more than once. What the old design knows nothing of stays here: accounts, ratings, blocks,
 * reports, bans, scores, sandboxes, and what rooms know.
 */
export async function moveBack(from: ClientBase, db: Db, since: Date): Promise<readonly Moved[]> {
  const moved: Moved[] = [];
  for (const way of ways) moved.push(await bring(from, db, way, since));
  return moved;
}

async function bring(from: ClientBase, db: Db, way: Way, since: Date): Promise<Moved> {
  const { what, select, type, table, columns, conflict } = way;
  const names = columns
    .replaceAll(/\s+/g, " ")
    .split(", ")
    .map((column) => column.split(" ")[0]);
  const query = select
    .replaceAll("$since", `'${since.toISOString()}'::timestamptz`)
    .replaceAll("$after", `{after}::${type}`);
  let [read, added] = [0, 0];
  let after: string = nothing[type];
  for (;;) {
    const [before, behind = ""] = query.split("{after}");
    const page = sql`select * from (${sql.raw(before ?? "")}${after}${sql.raw(behind)}
      limit ${page_rows}::integer) page`;
    const { rows } = await db.execute<{ id: string }>(page);
    const brought = await from.query(
      `insert into ${table} (${names.join(", ")})
        select ${names.join(", ")} from json_to_recordset($1::json) as x(${columns})
        on conflict ${conflict}`,
      [JSON.stringify(rows)],
    );
    read += rows.length;
    added += brought.rowCount ?? 0;
    const last = rows.at(-1);
    if (last === undefined || rows.length < page_rows) return { what, read, added };
    after = last.id;
  }
}
