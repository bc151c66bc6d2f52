import { type SQL, sql } from "drizzle-orm";
import type { ExplorerQuery } from "../../protocol/analytics/reports.ts";
import { dayOf, uuid7Time_ms } from "../../protocol/analytics/uuid7.ts";
import type { Db } from "../client.ts";
import { type DayRange, inRange } from "./analytics-metrics.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** A raw event, as it is read. */
export type EventFigures = {
  readonly uuid: string;
  readonly kind: string;
  readonly name: string | null;
  readonly player: string;
  readonly session: string | null;
  readonly at_ms: number;
  readonly corrected_ms: number;
  readonly received_ms: number;
  readonly level: string | null;
  readonly status: string | null;
  readonly attempt: number | null;
  readonly score: number | null;
  readonly duration_ms: number | null;
  readonly appVersion: string | null;
  readonly platform: string | null;
  readonly props: Readonly<Record<string, unknown>> | null;
};

const eventColumns = sql.raw(`uuid::text as uuid, kind, name, player_id as player,
  session_id::text as session, at_ms::float8 as at_ms, corrected_ms::float8 as corrected_ms,
  received_ms::float8 as received_ms, level, status, attempt, score::float8 as score, duration_ms,
  app_version as "appVersion", platform, props`);

/** What the raw events of a page must be; what is not given may be anything. */
export type EventFilter = Pick<ExplorerQuery, "kind" | "name" | "player" | "session" | "level">;

/**
 * A page of raw events, newest first. Partitions are walked by their primary keys, which have the
 * order of the answer. One round trip.
 * @param after the uuid behind which the page begins
 */
export async function listEvents(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
  filter: EventFilter,
  after: string | undefined,
  limit: number,
): Promise<readonly EventFigures[]> {
  const conditions = [
    equals("kind", filter.kind),
    equals("name", filter.name),
    equals("player_id", filter.player),
    equals("level", filter.level),
    filter.session === undefined ? sql`` : sql`and session_id = ${filter.session}::uuid`,
    after === undefined
      ? sql``
      : sql`and (day, analytics_event.uuid)
          < (${dayOf(uuid7Time_ms(after))}::date, ${after}::uuid)`,
  ];
  const { rows } = await db.execute<EventFigures>(sql`
    select ${eventColumns} from analytics_event
    where ${inRange(place, range)} ${sql.join(conditions, sql` `)}
    order by day desc, analytics_event.uuid desc limit ${limit}::integer`);
  return rows;
}

function equals(column: string, value: string | undefined): SQL {
  return value === undefined ? sql`` : sql`and ${sql.raw(column)} = ${value}`;
}

/** A page of an export's table, oldest first. One round trip. @param after the last row before it */
export type PageOf<Row> = (after: Row | undefined, limit: number) => Promise<readonly Row[]>;

export function exportEvents(db: Db, place: AnalyticsPlace, range: DayRange): PageOf<EventFigures> {
  return async (after, limit) => {
    const further =
      after === undefined
        ? sql``
        : sql`and (day, analytics_event.uuid)
            > (${dayOf(uuid7Time_ms(after.uuid))}::date, ${after.uuid}::uuid)`;
    const { rows } = await db.execute<EventFigures>(sql`
      select ${eventColumns} from analytics_event where ${inRange(place, range)} ${further}
      order by day, analytics_event.uuid limit ${limit}::integer`);
    return rows;
  };
}

export type SessionFigures = {
  readonly id: string;
  readonly player: string;
  readonly started_ms: number;
  readonly last_ms: number;
  readonly open: boolean;
  readonly ended: boolean;
};

export function exportSessions(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
): PageOf<SessionFigures> {
  return async (after, limit) => {
    const further =
      after === undefined
        ? sql``
        : sql`and (day, s.id) > (${dayOf(after.started_ms)}::date, ${after.id}::uuid)`;
    const { rows } = await db.execute<SessionFigures>(sql`
      select id::text as id, player_id as player, started_ms::float8 as started_ms,
        last_ms::float8 as last_ms, open, ended
      from analytics_session s where ${inRange(place, range)} ${further}
      order by day, s.id limit ${limit}::integer`);
    return rows;
  };
}

export type RevenueRow = {
  readonly uuid: string;
  readonly store: string;
  readonly transactionId: string;
  readonly type: string;
  readonly refundOf: string | null;
  readonly player: string | null;
  readonly session: string | null;
  readonly product: string | null;
  readonly amount_minor: number;
  readonly currency: string;
  readonly verified: boolean;
  readonly day: string;
  readonly at_ms: number;
  readonly received_ms: number;
};

export function exportRevenue(db: Db, place: AnalyticsPlace, range: DayRange): PageOf<RevenueRow> {
  return async (after, limit) => {
    const further =
      after === undefined
        ? sql``
        : sql`and (r.day, r.store, r.transaction_id, r.type)
            > (${after.day}::date, ${after.store}, ${after.transactionId}, ${after.type})`;
    const { rows } = await db.execute<RevenueRow>(sql`
      select uuid::text as uuid, store, transaction_id as "transactionId", type,
        refund_of as "refundOf", player_id as player, session_id::text as session, product,
        amount_minor::float8 as amount_minor, currency, verified,
        to_char(day, 'YYYY-MM-DD') as day, at_ms::float8 as at_ms,
        received_ms::float8 as received_ms
      from analytics_revenue r where ${inRange(place, range)} ${further}
      order by r.day, r.store, r.transaction_id, r.type limit ${limit}::integer`);
    return rows;
  };
}
