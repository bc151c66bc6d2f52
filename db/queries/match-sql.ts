import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";

/** Runs a statement and hands back its rows. One round trip. */
export async function rowsOf<Row extends Record<string, unknown>>(
  db: Db,
  statement: SQL,
): Promise<readonly Row[]> {
  return (await db.execute<Row>(statement)).rows;
}

/** A moment given in milliseconds since 1970. */
export function momentOf(at_ms: number): SQL {
  return sql`(timestamptz 'epoch' + make_interval(secs => ${at_ms / 1000}::float8))`;
}

/** A column's moment in milliseconds since 1970. */
export function msOf(column: string): SQL {
  return sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);
}

/** Whom an id means: the account that a guest has become, or whoever has it. */
export function resolved(userId: string): SQL {
  return sql`coalesce((select account_id from match_moved where guest_id = ${userId}::text), ${userId}::text)`;
}

/** The place behind a row of a list that is ordered by a moment and an id. */
export interface MomentCursor {
  readonly at_ms: number;
  readonly id: string;
}

/** Whether a ban holds at this moment. */
export const banHolds = sql.raw(
  "match_ban.lifted_at is null and (match_ban.expires_at is null or match_ban.expires_at > now())",
);
