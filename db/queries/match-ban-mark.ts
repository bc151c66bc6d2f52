import { and, desc, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { session } from "../schema/identity.ts";
import { banHolds, resolved } from "./match-sql.ts";

/** Addresses of one person that are marked. */
const addresses_max = 5;

/** From where somebody has been signed in, the latest first, as it stands with their sessions. */
export async function listAddresses(db: Db, userId: string): Promise<readonly string[]> {
  const rows = await db
    .select({ address: session.ipAddress })
    .from(session)
    .where(and(eq(session.userId, userId), isNotNull(session.ipAddress)))
    .orderBy(desc(session.createdAt))
    .limit(addresses_max);
  return [...new Set(rows.flatMap(({ address }) => address ?? []))];
}

/** Marks from where a ban's person has been, for as long as it holds, and so many days at most. */
export async function markBan(
  db: Db,
  banId: string,
  marks: readonly string[],
  days_max: number,
): Promise<void> {
  if (marks.length === 0) return;
  await db.execute(sql`
    insert into match_ban_mark (id, ban_id, mark, expires_at)
    select ban.id || '.' || mark.number, ban.id, mark.value,
      least(coalesce(ban.expires_at, 'infinity'), now() + make_interval(days => ${days_max}::integer))
    from match_ban ban, jsonb_array_elements_text(${JSON.stringify(marks)}::jsonb)
      with ordinality mark(value, number)
    where ban.id = ${banId} and ${sql.raw("ban.lifted_at is null")}
    on conflict (id) do nothing`);
}

/** The statement that forgets marks whose time is over. */
export function forgetOldMarks(db: Db) {
  return db.execute(sql`delete from match_ban_mark where expires_at <= now()`);
}

/** Where somebody comes from, as far as bans go by it. */
export interface Origin {
  /** The mark of their address; null where it does not matter. */
  readonly mark: string | null;
  /** Who entered from this device before; null for nobody known. */
  readonly deviceOf: string | null;
}

/**
 * Whether a person, as `person` in the statement, needs an account first: somebody banned was here
 * from the same address before there was this person, or is who used the same device. An address
 * can be shared, so it never counts against anybody who was here before, and neither counts against
 * an account whose mail address is verified.
 */
export function needsAccount({ mark, deviceOf }: Origin): SQL {
  return sql`(not person.email_verified and (
    exists (select 1 from match_ban_mark place where place.mark = ${mark}::text
      and place.expires_at > now() and place.created_at < person.created_at)
    or exists (select 1 from match_ban where match_ban.user_id = ${resolved(deviceOf ?? "")}
      and match_ban.user_id <> person.id and ${banHolds})))`;
}
