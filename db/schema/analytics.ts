import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { organization, user } from "./identity.ts";

/** Whole milliseconds, so that a moment survives the way through JavaScript and back. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
/** Milliseconds since 1970, or a length of time. */
const ms = (name: string) => bigint(name, { mode: "number" });
const counter = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);
const day = (name = "day") => date(name, { mode: "string" }).notNull();
/** Where rows belong: `live` or `sandbox`, which never meet. */
const place = () => ({ gameId: text("game_id").notNull(), env: text("env").notNull() });

/** A tenant of analytics, of an organization or of one person. */
export const analyticsGame = pgTable(
  "analytics_game",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").references(() => organization.id, {
      onDelete: "cascade",
    }),
    userId: text("user_id").references(() => user.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** `GameSettings` of protocol/analytics/game.ts */
    settings: jsonb("settings").notNull(),
    /** The most shards it ever had: buffers that are not used any more may still keep events. */
    shardsMax: smallint("shards_max").notNull().default(1),
    /**
     * Raw events of a day are kept for `retention_days` if the day is `retention_from` or later, and
     * else for `retention_days_before`: so that a change moves no event that may be sent again.
     */
    retentionDays: smallint("retention_days").notNull(),
    retentionDaysBefore: smallint("retention_days_before").notNull(),
    retentionFrom: day("retention_from"),
    /** Raised by every change of settings, keys and rules; buffers compare it. */
    revision: integer("revision").notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("analytics_game_organization_id_idx").on(table.organizationId, table.createdAt),
    index("analytics_game_user_id_idx").on(table.userId, table.createdAt),
    check("analytics_game_owner_check", sql`(organization_id is null) <> (user_id is null)`),
    check(
      "analytics_game_retention_check",
      sql`retention_days in (7, 30, 90, 365) and retention_days_before in (7, 30, 90, 365)`,
    ),
  ],
);

/**
 * Games that are gone, until the last of what they took in is gone as well: that may be more than one
 * transaction can delete.
 */
export const analyticsDeletedGame = pgTable("analytics_deleted_game", {
  id: text("id").primaryKey(),
  /** As the game had it: so many buffers are told. */
  shardsMax: smallint("shards_max").notNull(),
  /** The receipt of the erasure that it went with, which the rows count for; null for none. */
  receiptId: text("receipt_id"),
  deletedAt: moment("deleted_at").notNull().defaultNow(),
});

/** Keys of games. The key itself is not kept: its id and the house's own secret make it anew. */
export const analyticsKey = pgTable(
  "analytics_key",
  {
    id: text("id").primaryKey(),
    gameId: text("game_id")
      .notNull()
      .references(() => analyticsGame.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["write", "secret"] }).notNull(),
    env: text("env", { enum: ["live", "sandbox"] }).notNull(),
    name: text("name").notNull(),
    start: text("start").notNull(),
    /** SHA-256 of the key in hex, for the day when the house's secret has changed. */
    hash: text("hash").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    revokedAt: moment("revoked_at"),
  },
  (table) => [
    index("analytics_key_game_id_idx").on(table.gameId, table.createdAt),
    uniqueIndex("analytics_key_hash_idx").on(table.hash),
    check("analytics_key_kind_check", sql`kind in ('write', 'secret')`),
    check("analytics_key_env_check", sql`env in ('live', 'sandbox')`),
  ],
);

/** What props of events of one name must be. */
export const analyticsEventRule = pgTable(
  "analytics_event_rule",
  {
    gameId: text("game_id")
      .notNull()
      .references(() => analyticsGame.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** `EventRule` of protocol/analytics/event-schema.ts */
    rule: jsonb("rule").notNull(),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.name] })],
);

/**
 * Raw events: custom events, levels, starts and ends of sessions, errors. Heartbeats are merged into
 * `analytics_session`, revenue is in `analytics_revenue`.
 *
 * Partitioned by range of (retention, day), which drizzle cannot say: the migration says it by hand.
 * `retention` is for how many days the event is kept, 0 for the sandbox. Partitions are made by
 * db/queries/analytics-partition.ts. `day` is the UTC day of the uuid's own moment.
 */
export const analyticsEvent = pgTable(
  "analytics_event",
  {
    ...place(),
    day: day(),
    uuid: uuid("uuid").notNull(),
    retention: smallint("retention").notNull(),
    kind: text("kind").notNull(),
    name: text("name"),
    playerId: text("player_id").notNull(),
    sessionId: uuid("session_id"),
    /** The client's own moment, that of the uuid. */
    at_ms: ms("at_ms").notNull(),
    /** The same moment by the server's clock, as far as it is known from when the client sent it. */
    corrected_ms: ms("corrected_ms").notNull(),
    received_ms: ms("received_ms").notNull(),
    level: text("level"),
    status: text("status"),
    attempt: integer("attempt"),
    score: ms("score"),
    duration_ms: integer("duration_ms"),
    appVersion: text("app_version"),
    platform: text("platform"),
    props: jsonb("props"),
  },
  (table) => [
    primaryKey({
      columns: [table.gameId, table.env, table.day, table.uuid, table.retention],
    }),
    // Everything of one player: for looking at them, and for forgetting them.
    index("analytics_event_player_idx").on(table.gameId, table.env, table.playerId, table.day),
    index("analytics_event_name_idx").on(table.gameId, table.env, table.name, table.day),
  ],
);

/** Sessions: from the moment in their id to the last sign of life. */
export const analyticsSession = pgTable(
  "analytics_session",
  {
    ...place(),
    id: uuid("id").notNull(),
    playerId: text("player_id").notNull(),
    /** The day of the session's begin. */
    day: day(),
    started_ms: ms("started_ms").notNull(),
    /** The last sign of life, by the client's clock; never before the begin. */
    last_ms: ms("last_ms").notNull(),
    /** The same by the server's clock, which silence is judged by. */
    seen_ms: ms("seen_ms").notNull(),
    /** Whether it is under way, as far as is known. */
    open: boolean("open").notNull(),
    /** Whether the client said that it ended; else silence did. */
    ended: boolean("ended").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.gameId, table.env, table.id] }),
    index("analytics_session_open_idx").on(table.gameId, table.env, table.seen_ms).where(sql`open`),
    index("analytics_session_player_idx").on(table.gameId, table.env, table.playerId),
    index("analytics_session_day_idx").on(table.gameId, table.env, table.day),
  ],
);

/** Players, and the first day they did something on: by their events, not by when those came. */
export const analyticsPlayer = pgTable(
  "analytics_player",
  { ...place(), playerId: text("player_id").notNull(), firstDay: day("first_day") },
  (table) => [
    primaryKey({ columns: [table.gameId, table.env, table.playerId] }),
    index("analytics_player_first_day_idx").on(table.gameId, table.env, table.firstDay),
  ],
);

/** On which days a player did something: had an event, or paid. Heartbeats are not something. */
export const analyticsPlayerDay = pgTable(
  "analytics_player_day",
  { ...place(), day: day(), playerId: text("player_id").notNull() },
  (table) => [
    primaryKey({ columns: [table.gameId, table.env, table.day, table.playerId] }),
    index("analytics_player_day_player_idx").on(table.gameId, table.env, table.playerId),
  ],
);

/** How far a player got with a level: the first start, and the first completion. */
export const analyticsPlayerLevel = pgTable(
  "analytics_player_level",
  {
    ...place(),
    level: text("level").notNull(),
    playerId: text("player_id").notNull(),
    /** Moment of the first start; null if none is known. */
    started_ms: ms("started_ms"),
    /** The first completion: its moment, its uuid where two are in one millisecond, its attempt. */
    completed_ms: ms("completed_ms"),
    completedUuid: uuid("completed_uuid"),
    winAttempt: integer("win_attempt"),
  },
  (table) => [
    primaryKey({ columns: [table.gameId, table.env, table.level, table.playerId] }),
    index("analytics_player_level_player_idx").on(table.gameId, table.env, table.playerId),
  ],
);

/** Roll-up of a day. */
export const analyticsDay = pgTable(
  "analytics_day",
  {
    ...place(),
    day: day(),
    /** Rows of `analytics_event`. */
    events: counter("events"),
    /** Those of kind `error` among them. */
    errors: counter("errors"),
    /** Rows of `analytics_player_day`: DAU. */
    players: counter("players"),
    /** Players whose first day it is. */
    newPlayers: counter("new_players"),
    /** Sessions that began on this day, and how long they lasted together. */
    sessions: counter("sessions"),
    session_ms: counter("session_ms"),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.env, table.day] })],
);

/** What the roll-ups of levels count. */
const levelCounters = () => ({
  starts: counter("starts"),
  completes: counter("completes"),
  fails: counter("fails"),
  quits: counter("quits"),
  /** Time spent, over events that say how long they took, and how many do. */
  duration_ms: counter("duration_ms"),
  timed: counter("timed"),
  /** Scores of completions that have one, and how many do. */
  score: counter("score"),
  scored: counter("scored"),
  /** Players whose first start of the level was then. */
  players: counter("players"),
  /** Those of them who have completed it since, whenever that was. */
  passed: counter("passed"),
  /** Players whose first completion was then, and the attempts those took together. */
  winners: counter("winners"),
  winAttempts: counter("win_attempts"),
});

/** Roll-up of a level on a day. */
export const analyticsLevelDay = pgTable(
  "analytics_level_day",
  { ...place(), day: day(), level: text("level").notNull(), ...levelCounters() },
  (table) => [primaryKey({ columns: [table.gameId, table.env, table.day, table.level] })],
);

/**
 * Roll-up of a level in a week, which is named by its first day: those of its days added up, so that
 * reports over months read fewer rows.
 */
export const analyticsLevelWeek = pgTable(
  "analytics_level_week",
  { ...place(), week: day("week"), level: text("level").notNull(), ...levelCounters() },
  (table) => [primaryKey({ columns: [table.gameId, table.env, table.week, table.level] })],
);

/** Purchases and refunds. Kept for good: they are accounts. */
export const analyticsRevenue = pgTable(
  "analytics_revenue",
  {
    ...place(),
    store: text("store").notNull(),
    transactionId: text("transaction_id").notNull(),
    uuid: uuid("uuid").notNull(),
    type: text("type", { enum: ["purchase", "refund"] }).notNull(),
    refundOf: text("refund_of"),
    /** Null once the player is forgotten. */
    playerId: text("player_id"),
    sessionId: uuid("session_id"),
    product: text("product"),
    amount_minor: bigint("amount_minor", { mode: "number" }).notNull(),
    currency: text("currency").notNull(),
    /** Whether the store's signature held, or the game's own server said so. */
    verified: boolean("verified").notNull(),
    day: day(),
    at_ms: ms("at_ms").notNull(),
    received_ms: ms("received_ms").notNull(),
    props: jsonb("props"),
  },
  (table) => [
    // A refund may come under its purchase's transaction: each of the two counts once.
    primaryKey({
      columns: [table.gameId, table.env, table.store, table.transactionId, table.type],
    }),
    index("analytics_revenue_day_idx").on(table.gameId, table.env, table.day),
    index("analytics_revenue_player_idx").on(table.gameId, table.env, table.playerId),
    check("analytics_revenue_type_check", sql`type in ('purchase', 'refund')`),
    check("analytics_revenue_amount_check", sql`amount_minor > 0`),
  ],
);

/** Roll-up of the revenue of a day in one currency, in its smallest unit. */
export const analyticsRevenueDay = pgTable(
  "analytics_revenue_day",
  {
    ...place(),
    day: day(),
    currency: text("currency").notNull(),
    purchases: counter("purchases"),
    purchased_minor: counter("purchased_minor"),
    refunds: counter("refunds"),
    refunded_minor: counter("refunded_minor"),
    /** The part of purchases that was verified. */
    verified_minor: counter("verified_minor"),
  },
  (table) => [primaryKey({ columns: [table.gameId, table.env, table.day, table.currency] })],
);

/**
 * Players who were forgotten, by hash: events of theirs that still wait in a buffer, or are sent
 * again, and were received before, are not taken in. The id is the receipt's.
 */
export const analyticsErasure = pgTable(
  "analytics_erasure",
  {
    id: text("id").primaryKey(),
    gameId: text("game_id").notNull(),
    /** SHA-256 of the player's id in hex. */
    playerHash: text("player_hash").notNull(),
    erased_ms: ms("erased_ms").notNull(),
    /** How many rows went, by table. */
    rows: jsonb("rows").notNull(),
  },
  (table) => [index("analytics_erasure_player_hash_idx").on(table.gameId, table.playerHash)],
);

export type AnalyticsGameRow = typeof analyticsGame.$inferSelect;
export type AnalyticsKeyRow = typeof analyticsKey.$inferSelect;
