import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type CountedTable, countedTables } from "./analytics-recount-tables.ts";
import { type AnalyticsPlace, lockAnalytics } from "./analytics-rollup.ts";

const samples_max = 20;

/** What a table says, and what it should say. */
export type RecountDifference = {
  /** Rows that differ. */
  readonly rows: number;
  /** Some of them: their key, what is kept, what was counted; null for a row that is not there. */
  readonly samples: readonly {
    readonly key: Readonly<Record<string, unknown>>;
    readonly kept: Readonly<Record<string, unknown>> | null;
    readonly counted: Readonly<Record<string, unknown>> | null;
  }[];
};

/** Differences by table; tables that are right have 0 rows. */
export type Recount = Readonly<Record<string, RecountDifference>>;

/**
 * Counts a place anew from its raw rows and compares. Raw events and sessions are kept for a while
 * only: what they alone tell is compared from a day on, everything else for all time.
 * @param rawFrom the first day, `YYYY-MM-DD`, whose raw events and sessions are all still there
 */
export async function recountAnalytics(
  db: Db,
  place: AnalyticsPlace,
  rawFrom: string,
): Promise<Recount> {
  const found: Record<string, RecountDifference> = {};
  for (const counted of countedTables(place, rawFrom)) {
    const [, { rows }] = await db.batch([
      lockAnalytics(db, place),
      db.execute<RecountDifference>(sql`
        with differing as materialized (${differing(place, counted)})
        select (select count(*)::integer from differing) as rows,
          (select coalesce(json_agg(json_build_object(
              'key', key, 'kept', kept, 'counted', counted)), '[]'::json)
            from (select * from differing limit ${samples_max}::integer) sample) as samples`),
    ]);
    found[counted.table] = rows[0] ?? { rows: 0, samples: [] };
  }
  return found;
}

/**
 * Puts what is counted in the place of what is kept, table by table: first what roll-ups are made
 * from, then roll-ups. Each is one transaction, during which nothing is taken in.
 */
export async function repairAnalytics(
  db: Db,
  place: AnalyticsPlace,
  rawFrom: string,
): Promise<void> {
  for (const counted of countedTables(place, rawFrom)) {
    const { table, keys, columns } = counted;
    const names = [...keys, ...columns];
    const changes = columns.map((column) => `${column} = excluded.${column}`).join(", ");
    await db.batch([
      lockAnalytics(db, place),
      db.execute(sql`
        with counted as materialized (${counted.counted})
        delete from ${sql.raw(table)} t where t.game_id = ${place.gameId} and t.env = ${place.env}
          and not exists (select 1 from counted c where ${sameKey(keys, "c", "t")})`),
      db.execute(sql`
        insert into ${sql.raw(table)} (game_id, env, ${sql.raw(names.join(", "))})
        select ${place.gameId}, ${place.env}, ${sql.raw(names.join(", "))}
        from (${counted.counted}) counted
        on conflict (game_id, env, ${sql.raw(keys.join(", "))})
          do ${sql.raw(columns.length === 0 ? "nothing" : `update set ${changes}`)}`),
    ]);
  }
}

/** Rows that are not as they are counted. A roll-up of zeros is as good as none. */
function differing(
  place: AnalyticsPlace,
  { table, keys, columns, counted, zeros }: CountedTable,
): SQL {
  const object = (from: string, names: readonly string[]) =>
    sql.raw(`json_build_object(${names.map((name) => `'${name}', ${from}.${name}`).join(", ")})`);
  const value = (from: string, column: string) =>
    zeros ? `coalesce(${from}.${column}, 0)` : `${from}.${column}`;
  const row = (from: string) => columns.map((column) => value(from, column)).join(", ");
  const differs = columns.length === 0 ? "false" : `(${row("k")}) is distinct from (${row("c")})`;
  const alone = zeros ? "" : `or k.${keys[0]} is null or c.${keys[0]} is null`;
  return sql`
    select ${object("coalesced", keys)} as key, kept, counted from (
      select ${sql.raw(keys.map((key) => `coalesce(k.${key}, c.${key}) as ${key}`).join(", "))},
        case when k.${sql.raw(keys[0] ?? "")} is not null then ${object("k", columns)} end as kept,
        case when c.${sql.raw(keys[0] ?? "")} is not null then ${object("c", columns)} end as counted
      from (select * from ${sql.raw(table)}
        where game_id = ${place.gameId} and env = ${place.env}) k
      full join (${counted}) c on ${sameKey(keys, "k", "c")}
      where ${sql.raw(differs)} ${sql.raw(alone)}
    ) coalesced`;
}

function sameKey(keys: readonly string[], one: string, other: string): SQL {
  return sql.raw(keys.map((key) => `${one}.${key} = ${other}.${key}`).join(" and "));
}
