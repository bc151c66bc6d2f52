import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { banHolds, type MomentCursor, momentOf, msOf, resolved, rowsOf } from "./match-sql.ts";

export interface BanRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly user_id: string;
  readonly name: string | null;
  readonly reason: string;
  readonly report_id: string | null;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly lifted_at_ms: number | null;
}

const columns = sql`match_ban.id, match_ban.user_id, profile.name, match_ban.reason,
  match_ban.report_id, ${msOf("match_ban.created_at")} as created_at_ms,
  ${msOf("match_ban.expires_at")} as expires_at_ms,
  ${msOf("match_ban.lifted_at")} as lifted_at_ms`;
const joins = sql`left join match_profile profile on profile.user_id = match_ban.user_id`;

/** Bans, newest first, from a cursor on: those that hold, or all. One round trip. */
export function listBans(
  db: Db,
  state: "active" | "all",
  limit: number,
  after: MomentCursor | undefined,
): Promise<readonly BanRow[]> {
  const which = state === "active" ? sql`and ${banHolds}` : sql``;
  const further =
    after === undefined
      ? sql``
      : sql`and (match_ban.created_at, match_ban.id) < (${momentOf(after.at_ms)}, ${after.id}::text)`;
  return rowsOf<BanRow>(
    db,
    sql`select ${columns} from match_ban ${joins} where true ${which} ${further}
    order by match_ban.created_at desc, match_ban.id desc limit ${limit}::integer`,
  );
}

export interface NewBan {
  readonly id: string;
  readonly userId: string;
  readonly reason: string;
  readonly bannedBy: string;
  /** Null for good. */
  readonly days: number | null;
}

/** Bans somebody. One round trip. @returns false when there is no such user */
export async function insertBan(db: Db, ban: NewBan): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`
    insert into match_ban (id, user_id, reason, banned_by, expires_at)
    select ${ban.id}::text, person.id, ${ban.reason}::text, ${ban.bannedBy}::text,
      now() + make_interval(days => ${ban.days}::integer)
    from "user" person where person.id = ${resolved(ban.userId)}
    returning id`,
  );
  return rows.length > 0;
}

/** Ends a ban and its marks at once; one that is over or lifted stays as it is. @returns undefined without such a ban */
export async function liftBan(db: Db, id: string, liftedBy: string): Promise<BanRow | undefined> {
  await db.batch([
    db.execute(sql`
      update match_ban set lifted_at = now(), lifted_by = ${liftedBy}::text
      where id = ${id} and ${banHolds}`),
    db.execute(sql`delete from match_ban_mark where ban_id = ${id}`),
  ]);
  return await findBan(db, id);
}

export async function findBan(db: Db, id: string): Promise<BanRow | undefined> {
  const [row] = await rowsOf<BanRow>(
    db,
    sql`select ${columns} from match_ban ${joins} where match_ban.id = ${id}`,
  );
  return row;
}
