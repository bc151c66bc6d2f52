import type { Batch } from "../../../protocol/analytics/batch.ts";
import type { AnalyticsEvent, RevenueEvent } from "../../../protocol/analytics/event.ts";
import { clockLimits } from "../../../protocol/analytics/limits.ts";
import type { EventRow } from "../../../protocol/analytics/row.ts";
import { uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";

/** What all events of a batch share. */
export interface BatchFacts {
  readonly now_ms: number;
  /** How much the server's clock is ahead of the client's; 0 where that is not known. */
  readonly offset_ms: number;
  readonly appVersion: string | undefined;
  readonly platform: string | undefined;
}

export function factsOf({ sentAt_ms, appVersion, platform }: Batch, now_ms: number): BatchFacts {
  return { now_ms, offset_ms: offsetOf(sentAt_ms, now_ms), appVersion, platform };
}

/**
 * A clock that is further off than any event may be made no event that is taken: the moment of
 * sending is of another clock then, or of none, and says nothing about theirs.
 */
function offsetOf(sentAt_ms: number | undefined, now_ms: number): number {
  if (sentAt_ms === undefined) return 0;
  const offset_ms = now_ms - sentAt_ms;
  const { past_ms_max, future_ms_max } = clockLimits;
  return offset_ms >= -future_ms_max && offset_ms <= past_ms_max ? offset_ms : 0;
}

/** An event as the database takes it in. Fields that are undefined are left out of its JSON. */
export function rowOf(event: AnalyticsEvent, facts: BatchFacts): EventRow {
  const { uuid, kind, player, session } = event;
  const at_ms = uuid7Time_ms(uuid);
  const row: EventRow = {
    u: uuid,
    k: kind,
    t: at_ms,
    // Nothing happens after it was received. A session that were seen then would be open until then.
    c: Math.min(at_ms + facts.offset_ms, facts.now_ms),
    r: facts.now_ms,
    p: player,
  };
  if (session !== undefined) {
    row.s = session;
    row.b = uuid7Time_ms(session);
  }
  if (facts.appVersion !== undefined) row.v = facts.appVersion;
  if (facts.platform !== undefined) row.f = facts.platform;
  addDetails(row, event);
  return row;
}

function addDetails(row: EventRow, event: AnalyticsEvent): void {
  if (event.props !== undefined) row.o = event.props;
  switch (event.kind) {
    case "event":
      row.n = event.name;
      break;
    case "level":
      row.l = event.level;
      row.ls = event.status;
      row.la = event.attempt;
      if (event.score !== undefined) row.lc = event.score;
      if (event.duration_ms !== undefined) row.ld = event.duration_ms;
      break;
    case "error": {
      const { name, message, severity, stack, props } = event;
      row.n = name;
      row.o = { ...props, message, severity, ...(stack === undefined ? {} : { stack }) };
      break;
    }
    case "revenue":
      addRevenue(row, event);
      break;
    case "session_start":
    case "heartbeat":
    case "session_end":
      break;
  }
}

function addRevenue(row: EventRow, event: RevenueEvent): void {
  row.rs = event.store;
  row.rt = event.transactionId;
  row.ry = event.type;
  row.ra = event.amount_minor;
  row.rc = event.currency;
  row.rv = false;
  if (event.refundOf !== undefined) row.ro = event.refundOf;
  if (event.product !== undefined) row.rp = event.product;
}
