import { type SQL, sql } from "drizzle-orm";
import type { ClientBase } from "pg";
import type { Db } from "../../db/client.ts";
import { callsKept_days } from "../../protocol/match/rest-calls.ts";
import { type Moved, pagesOf, type Table } from "./pages.ts";

/** Who has a profile. Nobody has an account in the old design, so all of them are guests in ours. */
const people: Table = {
  select: `select id as key, name, age_range, languages, interests, lower(gender) as gender, bio,
      links, created_at, updated_at
    from baseline_user where updated_at >= $3::timestamptz`,
  key: "id",
  type: "text",
};

const sessions: Table = {
  select: `select s.token as key, s.user_id, s.expires_at from baseline_session s
    join baseline_user u on u.id = s.user_id
    where s.expires_at > now() and s.expires_at >= $3::timestamptz`,
  key: "s.token",
  type: "text",
};

/** Older ones would go in the next night. */
export const keptCalls = `started_at > now() - interval '${callsKept_days} days'`;

const calls: Table = {
  select: `select id as key, user_a, user_b, started_at, ended_at, left(reason, 40) as reason
    from baseline_call where ${keptCalls} and ended_at >= $3::timestamptz`,
  key: "id",
  type: "text",
};

/**
 * Copies profiles with their people, sessions that hold, and the history of calls. Pictures lie in
 * another object store and do not come along; nor do rules that nobody has confirmed yet.
 * @param since what has not changed since then is left alone
 */
export async function moveMatch(from: ClientBase, db: Db, since: Date): Promise<readonly Moved[]> {
  return [
    await copy(from, people, since, "profiles", (rows) => addPeople(db, rows)),
    await copy(from, sessions, since, "sessions", (rows) => addSessions(db, rows)),
    await copy(from, calls, since, "calls", (rows) => addCalls(db, rows)),
  ];
}

async function copy(
  from: ClientBase,
  table: Table,
  since: Date,
  what: string,
  add: (rows: string) => Promise<{ rows: readonly unknown[] }>,
): Promise<Moved> {
  let [read, added] = [0, 0];
  for await (const page of pagesOf(from, table, [since])) {
    read += page.length;
    added += (await add(JSON.stringify(page))).rows.length;
  }
  return { what, read, added };
}

const texts = (column: string): SQL =>
  sql.raw(`array(select json_array_elements_text(x.${column}))`);

/** A profile that was changed here in the meantime stays as it is here. */
function addPeople(db: Db, rows: string) {
  return db.execute(sql`
    with x as (
      select * from json_to_recordset(${rows}::json) as x(key text, name text, age_range text,
        languages json, interests json, gender text, bio text, links jsonb,
        created_at timestamptz, updated_at timestamptz)
    ),
    people as (
      insert into "user" (id, name, email, email_verified, is_anonymous, created_at, updated_at)
      select key, name, lower(key) || '@moved.invalid', false, true, created_at, updated_at from x
      on conflict do nothing
    )
    insert into match_profile as p (user_id, name, age_range, languages, interests, gender, bio,
      links, created_at, updated_at)
    select key, name, age_range, ${texts("languages")}, ${texts("interests")}, gender, bio, links,
      created_at, updated_at
    from x
    on conflict (user_id) do update set name = excluded.name, age_range = excluded.age_range,
      languages = excluded.languages, interests = excluded.interests, gender = excluded.gender,
      bio = excluded.bio, links = excluded.links, updated_at = excluded.updated_at
      where p.updated_at < excluded.updated_at
    returning user_id`);
}

function addSessions(db: Db, rows: string) {
  return db.execute(sql`
    insert into session (id, token, user_id, expires_at)
    select md5('moved:' || x.key), x.key, u.id, x.expires_at
    from json_to_recordset(${rows}::json) as x(key text, user_id text, expires_at timestamptz)
    join "user" u on u.id = x.user_id
    on conflict do nothing returning id`);
}

/** Once for each of the two, as `recordCall` does; who is gone has no history. */
function addCalls(db: Db, rows: string) {
  return db.execute(sql`
    insert into match_call (call_id, user_id, partner_id, started_at, ended_at, reason)
    select x.key, me.id, partner.id, x.started_at, greatest(x.started_at, x.ended_at), x.reason
    from json_to_recordset(${rows}::json) as x(key text, user_a text, user_b text,
      started_at timestamptz, ended_at timestamptz, reason text)
    cross join lateral (values (x.user_a, x.user_b), (x.user_b, x.user_a)) as pair (mine, theirs)
    join "user" me on me.id = pair.mine
    left join "user" partner on partner.id = pair.theirs
    on conflict (call_id, user_id) do nothing returning call_id`);
}
