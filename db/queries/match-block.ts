import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type MomentCursor, momentOf, msOf, resolved, rowsOf } from "./match-sql.ts";

/** What came of a block: `full` when there are as many as there may be, `nobody` for no such person. */
export type BlockOutcome =
  | { readonly type: "blocked"; readonly memberId: string }
  | { readonly type: "full" | "nobody" | "self" };

/**
 * Blocks somebody; done twice it changes nothing. Who has become an account is meant by their
 * guest's id as well. One round trip. Two at once may go over the limit by one.
 * @param most how many a person may have
 */
export async function blockMember(
  db: Db,
  blockerId: string,
  memberId: string,
  most: number,
): Promise<BlockOutcome> {
  const [row] = await rowsOf<{ member_id: string | null; known: boolean; done: boolean }>(
    db,
    sql`
    with target as (select id from "user" where id = ${resolved(memberId)}),
    known as (
      select 1 from match_block, target where blocker_id = ${blockerId} and blocked_id = target.id
    ),
    made as (
      insert into match_block (blocker_id, blocked_id)
      select ${blockerId}::text, target.id from target
      where target.id <> ${blockerId}::text
        and (select count(*) from match_block where blocker_id = ${blockerId}) < ${most}::integer
      on conflict do nothing
      returning blocked_id
    )
    select (select id from target) as member_id, exists (select 1 from known) as known,
      exists (select 1 from made) as done`,
  );
  const found = row?.member_id ?? null;
  if (row === undefined || found === null) return { type: "nobody" };
  if (found === blockerId) return { type: "self" };
  return row.known || row.done || (await isBlocked(db, blockerId, found))
    ? { type: "blocked", memberId: found }
    : { type: "full" };
}

/** Asked only when another request may have made the same block at the same moment. */
async function isBlocked(db: Db, blockerId: string, memberId: string): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`select 1 from match_block where blocker_id = ${blockerId} and blocked_id = ${memberId}`,
  );
  return rows.length > 0;
}

/** Takes a block back. One round trip. @returns whom it was of, whether or not there was one */
export async function unblockMember(db: Db, blockerId: string, memberId: string): Promise<string> {
  const [row] = await rowsOf<{ member_id: string }>(
    db,
    sql`
    with target as (select ${resolved(memberId)} as id),
    gone as (
      delete from match_block using target
      where blocker_id = ${blockerId} and blocked_id = target.id
    )
    select id as member_id from target`,
  );
  return row?.member_id ?? memberId;
}

export interface BlockRow {
  readonly [column: string]: unknown;
  readonly member_id: string;
  readonly name: string | null;
  readonly picture_key: string | null;
  readonly created_at_ms: number;
}

/** Whom a person has blocked, newest first, from a cursor on. One round trip. */
export function listBlocks(
  db: Db,
  blockerId: string,
  limit: number,
  after: MomentCursor | undefined,
): Promise<readonly BlockRow[]> {
  const further =
    after === undefined
      ? sql``
      : sql`and (match_block.created_at, blocked_id) < (${momentOf(after.at_ms)}, ${after.id}::text)`;
  return rowsOf<BlockRow>(
    db,
    sql`
    select blocked_id as member_id, profile.name, picture.key as picture_key,
      ${msOf("match_block.created_at")} as created_at_ms
    from match_block
    left join match_profile profile on profile.user_id = blocked_id
    left join match_picture picture on picture.user_id = profile.user_id and picture.shown
    where blocker_id = ${blockerId} ${further}
    order by match_block.created_at desc, blocked_id desc limit ${limit}::integer`,
  );
}
