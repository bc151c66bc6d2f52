import type { Batch, EventResult } from "../../../protocol/analytics/batch.ts";
import type { GameConfig } from "../../../protocol/analytics/buffer.ts";
import {
  type AnalyticsEnv,
  type AnalyticsEvent,
  eventSchema,
  type RevenueEvent,
} from "../../../protocol/analytics/event.ts";
import { complaintsOf, type EventRule } from "../../../protocol/analytics/event-schema.ts";
import { batchLimits, clockLimits } from "../../../protocol/analytics/limits.ts";
import type { DropReason } from "../../../protocol/analytics/said.ts";
import { dayOf, uuid7Schema, uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";
import { type BatchFacts, factsOf, rowOf } from "./row.ts";

const day_ms = 86_400_000;
const detail_length_max = 200;

/** What is to be kept of a batch, and what can be said of the rest already. */
export interface Understood {
  /** One for each event; those that are to be kept say `ok`, which is not yet true. */
  readonly results: EventResult[];
  /** Events for the buffer: their place in the batch, and their row as JSON. */
  readonly buffered: { readonly place: number; readonly uuid: string; readonly json: string }[];
  /** Purchases and refunds, which go to the database at once; verified once that was looked at. */
  readonly revenue: {
    readonly place: number;
    readonly event: RevenueEvent;
    readonly verified: boolean;
  }[];
  /** How many were dropped, by reason. */
  readonly drops: Readonly<Record<string, number>>;
}

/**
 * Looks at each event of a batch by itself: whether it is as it should be, happened when it can have,
 * and fits what the game wants of events of its name.
 */
export function understand(
  batch: Batch,
  config: Pick<GameConfig, "rules" | "retention_days" | "retention_days_before" | "retentionFrom">,
  env: AnalyticsEnv,
  now_ms: number,
): Understood {
  const rules = new Map(config.rules.map((rule) => [rule.name, rule]));
  const facts = factsOf(batch, now_ms);
  const oldest_ms = (time_ms: number) => oldestOf(config, env, time_ms, now_ms);
  const understood = { results: [], buffered: [], revenue: [], drops: {} } as {
    -readonly [K in keyof Understood]: Understood[K];
  };
  const drops: Record<string, number> = {};
  for (const [place, raw] of batch.events.entries()) {
    const seen = look(raw, rules, now_ms, oldest_ms);
    const result = "reason" in seen ? undefined : keep(seen, place, facts, understood);
    const dropped = "reason" in seen ? seen : result;
    if (dropped !== undefined) {
      drops[dropped.reason] = (drops[dropped.reason] ?? 0) + 1;
      understood.results.push({ ...dropped, status: "drop" });
    } else if (!("reason" in seen)) {
      const { uuid } = seen.event;
      const { remark } = seen;
      understood.results.push({
        uuid,
        status: "ok",
        ...(remark === undefined ? {} : { detail: remark }),
      });
    }
  }
  return { ...understood, drops };
}

interface Drop {
  readonly uuid: string | null;
  readonly reason: DropReason;
  readonly detail?: string;
}

interface Fit {
  readonly event: AnalyticsEvent;
  /** What it does not fit of its schema, where that does not matter. */
  readonly remark: string | undefined;
}

function look(
  raw: unknown,
  rules: ReadonlyMap<string, EventRule>,
  now_ms: number,
  oldest_ms: (time_ms: number) => number,
): Fit | Drop {
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    const detail = `${path === "" ? "" : `${path}: `}${issue?.message ?? ""}`;
    return { uuid: uuidOf(raw), reason: "invalid", detail: detail.slice(0, detail_length_max) };
  }
  const event = parsed.data;
  const { uuid, session } = event;
  const at_ms = uuid7Time_ms(uuid);
  if (at_ms > now_ms + clockLimits.future_ms_max) return { uuid, reason: "future" };
  const isRevenue = event.kind === "revenue";
  if (at_ms < (isRevenue ? now_ms - clockLimits.revenuePast_ms_max : oldest_ms(at_ms)))
    return { uuid, reason: "too_old" };
  if (session !== undefined) {
    const since_ms = at_ms - uuid7Time_ms(session);
    // A client makes the session's id and its first event at about the same moment.
    if (since_ms < -60_000 || since_ms > clockLimits.session_ms_max)
      return { uuid, reason: "session" };
  }
  const rule = event.kind === "event" ? rules.get(event.name) : undefined;
  const complaints = rule === undefined ? [] : complaintsOf(rule, event.props);
  const remark =
    complaints.length === 0 ? undefined : complaints.join("; ").slice(0, detail_length_max);
  if (remark !== undefined && rule?.policy === "drop")
    return { uuid, reason: "schema", detail: remark };
  return { event, remark };
}

/** Puts an event where it is to go. @returns why it cannot be kept after all */
function keep(
  { event }: Fit,
  place: number,
  facts: BatchFacts,
  { buffered, revenue }: Pick<Understood, "buffered" | "revenue">,
): Drop | undefined {
  const { uuid } = event;
  const json = JSON.stringify(rowOf(event, facts));
  if (json.length > batchLimits.event_bytes_max) return { uuid, reason: "too_large" };
  if (holdsUnfitText(json)) return { uuid, reason: "text" };
  if (event.kind === "revenue") revenue.push({ place, event, verified: false });
  else buffered.push({ place, uuid, json });
  return undefined;
}

/**
 * The earliest moment that raw events of a day may be of: no older than such events are kept, or one
 * sent again might find its first copy gone, and count twice. Revenue is kept for good.
 */
function oldestOf(
  config: Pick<GameConfig, "retention_days" | "retention_days_before" | "retentionFrom">,
  env: AnalyticsEnv,
  time_ms: number,
  now_ms: number,
): number {
  const { retention_days, retention_days_before, retentionFrom } = config;
  const kept_days =
    env === "sandbox"
      ? 7
      : dayOf(time_ms) >= retentionFrom
        ? retention_days
        : retention_days_before;
  return now_ms - Math.min(clockLimits.past_ms_max, kept_days * day_ms);
}

function uuidOf(raw: unknown): string | null {
  const uuid: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, "uuid") : null;
  return uuid7Schema.safeParse(uuid).data ?? null;
}

/**
 * Whether a JSON text holds NUL or half of a surrogate pair, which no `jsonb` keeps. `JSON.stringify`
 * writes both as escapes; an escape counts if the backslashes before it are even in number.
 */
function holdsUnfitText(json: string): boolean {
  if (!json.includes("\\u")) return false;
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(json);
}
