import type { Pool } from "pg";
import type { AnalyticsEvent } from "../../../protocol/analytics/event.ts";
import { BatchWriter } from "./batch-writer.ts";
import { type Cell, createMany } from "./insert.ts";

/** An event with whose it is and when it happened. */
export interface PendingEvent {
  readonly gameId: string;
  readonly event: AnalyticsEvent;
  readonly at: Date;
  readonly appVersion: string | null;
  readonly platform: string | null;
}

const eventColumns = [
  "id",
  "game_id",
  "user_id",
  "session_id",
  "kind",
  "name",
  "level",
  "status",
  "attempt",
  "duration_ms",
  "props",
  "at",
  "app_version",
  "platform",
];

const revenueColumns = [
  "id",
  "game_id",
  "user_id",
  "session_id",
  "store",
  "transaction_id",
  "type",
  "product",
  "amount_minor",
  "currency",
  "at",
];

/** The documents' three writers. */
export class Writers {
  readonly events: BatchWriter<readonly Cell[]>;
  readonly revenue: BatchWriter<readonly Cell[]>;
  readonly heartbeats: BatchWriter<PendingEvent>;

  constructor(pool: Pool, warn: (message: string) => void) {
    this.events = new BatchWriter(
      "EventBatchWriter",
      (rows) => createMany(pool, "baseline_event", eventColumns, rows),
      warn,
    );
    this.revenue = new BatchWriter(
      "RevenueBatchWriter",
      (rows) => createMany(pool, "baseline_revenue", revenueColumns, rows),
      warn,
    );
    this.heartbeats = new BatchWriter(
      "SessionHeartbeatBatchWriter",
      (rows) => writeSessions(pool, rows),
      warn,
    );
  }

  enqueue(pending: PendingEvent): void {
    const { event } = pending;
    if (event.kind === "revenue") this.revenue.enqueue(revenueRow(pending, event));
    else if (
      event.kind === "session_start" ||
      event.kind === "heartbeat" ||
      event.kind === "session_end"
    )
      this.heartbeats.enqueue(pending);
    else this.events.enqueue(eventRow(pending, event));
  }

  metrics() {
    return {
      events: this.events.getMetrics(),
      revenue: this.revenue.getMetrics(),
      heartbeats: this.heartbeats.getMetrics(),
    };
  }

  async shutdown(): Promise<void> {
    await Promise.all([
      this.events.shutdown(),
      this.revenue.shutdown(),
      this.heartbeats.shutdown(),
    ]);
  }
}

type Kind<Name extends AnalyticsEvent["kind"]> = Extract<AnalyticsEvent, { kind: Name }>;

function eventRow(
  { gameId, at, appVersion, platform }: PendingEvent,
  event: Kind<"event" | "level" | "error">,
): Cell[] {
  const level = event.kind === "level" ? event : undefined;
  const name = event.kind === "level" ? null : event.name;
  const props =
    event.kind === "error"
      ? { ...event.props, message: event.message, severity: event.severity, stack: event.stack }
      : event.props;
  return [
    event.uuid,
    gameId,
    event.player,
    event.session ?? null,
    event.kind,
    name,
    level?.level ?? null,
    level?.status ?? null,
    level?.attempt ?? null,
    level?.duration_ms ?? null,
    props === undefined ? null : JSON.stringify(props),
    at,
    appVersion,
    platform,
  ];
}

function revenueRow({ gameId, at }: PendingEvent, event: Kind<"revenue">): Cell[] {
  const { uuid, player, session, store, transactionId, type, product, amount_minor, currency } =
    event;
  return [
    uuid,
    gameId,
    player,
    session ?? null,
    store,
    transactionId,
    type,
    product ?? null,
    amount_minor,
    currency,
    at,
  ];
}

/** Signs of life: one row for each session of the batch, the latest sign kept. */
async function writeSessions(pool: Pool, rows: readonly PendingEvent[]): Promise<void> {
  const sessions = new Map<string, { first: PendingEvent; last: Date; ended: Date | null }>();
  for (const row of rows) {
    const id = row.event.session;
    if (id === undefined) continue;
    const known = sessions.get(id);
    const ended = row.event.kind === "session_end" ? row.at : (known?.ended ?? null);
    sessions.set(id, {
      first: known !== undefined && known.first.at < row.at ? known.first : row,
      last: known !== undefined && known.last > row.at ? known.last : row.at,
      ended,
    });
  }
  if (sessions.size === 0) return;
  const cells = [...sessions].map(([id, { first, last, ended }]): Cell[] => [
    id,
    first.gameId,
    first.event.player,
    first.at,
    last,
    ended,
    first.platform,
  ]);
  const width = 7;
  const casts = ["uuid", "text", "text", "timestamptz", "timestamptz", "timestamptz", "text"];
  const values = cells.map(
    (_, row) =>
      `(${casts.map((cast, column) => `$${row * width + column + 1}::${cast}`).join(",")})`,
  );
  await pool.query(
    `insert into baseline_play_session
       (id, game_id, user_id, started_at, last_heartbeat, ended_at, platform)
     values ${values.join(",")}
     on conflict (id) do update set
       started_at = least(baseline_play_session.started_at, excluded.started_at),
       last_heartbeat = greatest(baseline_play_session.last_heartbeat, excluded.last_heartbeat),
       ended_at = coalesce(excluded.ended_at, baseline_play_session.ended_at)
     where baseline_play_session.game_id = excluded.game_id`,
    cells.flat(),
  );
}
