import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { user } from "./identity.ts";

/** Whole milliseconds, so that a moment survives the way through JavaScript and back. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const createdAt = () => moment("created_at").notNull().defaultNow();

/** A person whose row goes when they do. */
const ownedBy = (name: string) =>
  text(name)
    .notNull()
    .references(() => user.id, { onDelete: "cascade" });
/** A person whom a row of somebody else's names: it stays when they go, and says nothing of them. */
const named = (name: string) => text(name).references(() => user.id, { onDelete: "set null" });

/** What people say of themselves to those they meet. */
export const matchProfile = pgTable(
  "match_profile",
  {
    userId: ownedBy("user_id").primaryKey(),
    name: text("name").notNull(),
    ageRange: text("age_range").notNull(),
    languages: text("languages").array().notNull(),
    interests: text("interests").array().notNull(),
    /** As chosen; null for those who do not say. */
    gender: text("gender"),
    bio: text("bio").notNull(),
    links: jsonb("links").$type<readonly string[]>().notNull(),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  () => [check("match_profile_links_check", sql`octet_length(links::text) <= 8192`)],
);

/**
 * Every picture in the object store, from before it is put there until after it is gone from it.
 * Only one that is `shown` belongs to a profile; the others are swept up. A person's row stays
 * without the person when they go, so that no way of going can leave a picture behind.
 */
export const matchPicture = pgTable(
  "match_picture",
  {
    /** Its name in the object store and in its address; nobody can guess it. */
    key: text("key").primaryKey(),
    userId: named("user_id"),
    type: text("type", { enum: ["image/jpeg", "image/png", "image/webp"] }).notNull(),
    size_bytes: integer("size_bytes").notNull(),
    shown: boolean("shown").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [
    // One picture a person. The index also finds it.
    uniqueIndex("match_picture_shown_idx").on(table.userId).where(sql`shown`),
    index("match_picture_user_id_idx").on(table.userId),
    // The sweep.
    index("match_picture_unused_idx").on(table.createdAt).where(sql`not shown or user_id is null`),
  ],
);

/** Who has confirmed to be an adult and to keep which version of the rules, and when. */
export const matchConsent = pgTable(
  "match_consent",
  {
    userId: ownedBy("user_id"),
    rulesVersion: integer("rules_version").notNull(),
    confirmedAt: moment("confirmed_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.rulesVersion] })],
);

/**
 * Calls that have ended, once for each of the two, as their own history: one's row goes with one,
 * and the other's then names nobody.
 */
export const matchCall = pgTable(
  "match_call",
  {
    callId: text("call_id").notNull(),
    userId: ownedBy("user_id"),
    partnerId: named("partner_id"),
    startedAt: moment("started_at").notNull(),
    endedAt: moment("ended_at").notNull(),
    /** Why it ended, as the room says it. */
    reason: text("reason").notNull(),
    /** What the person thinks of it. */
    rating: smallint("rating"),
    ratedAt: moment("rated_at"),
  },
  (table) => [
    primaryKey({ columns: [table.callId, table.userId] }),
    // History, newest first: the index read backwards. So are the last partners.
    index("match_call_user_id_started_at_idx").on(table.userId, table.startedAt, table.callId),
    // Taking a person out of their partners' rows.
    index("match_call_partner_id_idx").on(table.partnerId),
    // Taking out what is old: rows lie in the order in which calls ended, so a few bytes do.
    index("match_call_started_at_idx").using("brin", table.startedAt),
    check("match_call_time_check", sql`ended_at >= started_at`),
    check("match_call_rating_check", sql`rating between 1 and 5`),
    check("match_call_rated_check", sql`(rating is null) = (rated_at is null)`),
  ],
);

/** Reports, kept for those who look after the place. */
export const matchReport = pgTable(
  "match_report",
  {
    id: text("id").primaryKey(),
    callId: text("call_id").notNull(),
    reporterId: named("reporter_id"),
    reportedId: ownedBy("reported_id"),
    reason: text("reason").notNull(),
    details: text("details").notNull(),
    createdAt: createdAt(),
    /** Null while nobody has decided. */
    decision: text("decision", { enum: ["dismissed", "warned", "banned"] }),
    decidedAt: moment("decided_at"),
    /** Who decided: an operator's account, or `token`. */
    decidedBy: text("decided_by"),
    note: text("note"),
  },
  (table) => [
    // One a call and person; saying it again changes nothing.
    uniqueIndex("match_report_call_id_reporter_id_idx").on(table.callId, table.reporterId),
    index("match_report_reporter_id_idx").on(table.reporterId),
    index("match_report_reported_id_idx").on(table.reportedId, table.createdAt, table.id),
    // The two lists of moderation.
    index("match_report_open_idx").on(table.createdAt, table.id).where(sql`decision is null`),
    index("match_report_closed_idx").on(table.createdAt, table.id).where(sql`decision is not null`),
    check("match_report_details_check", sql`char_length(details) <= 1000`),
    check("match_report_decided_check", sql`(decision is null) = (decided_at is null)`),
    check("match_report_decision_check", sql`decision in ('dismissed', 'warned', 'banned')`),
  ],
);

/** Who does not want to meet whom. In effect both ways. */
export const matchBlock = pgTable(
  "match_block",
  {
    blockerId: ownedBy("blocker_id"),
    blockedId: ownedBy("blocked_id"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.blockerId, table.blockedId] }),
    index("match_block_blocked_id_idx").on(table.blockedId),
    // One's own list, newest first.
    index("match_block_blocker_id_created_at_idx").on(
      table.blockerId,
      table.createdAt,
      table.blockedId,
    ),
    check("match_block_self_check", sql`blocker_id <> blocked_id`),
  ],
);

/** Who may not take part, and until when. Lifted ones stay, as a record. */
export const matchBan = pgTable(
  "match_ban",
  {
    id: text("id").primaryKey(),
    userId: ownedBy("user_id"),
    reason: text("reason").notNull(),
    /** The report it came of, if any. */
    reportId: text("report_id").references(() => matchReport.id, { onDelete: "set null" }),
    bannedBy: text("banned_by").notNull(),
    createdAt: createdAt(),
    /** Null for one without an end. */
    expiresAt: moment("expires_at"),
    liftedAt: moment("lifted_at"),
    liftedBy: text("lifted_by"),
  },
  (table) => [
    index("match_ban_user_id_idx").on(table.userId),
    index("match_ban_created_at_idx").on(table.createdAt, table.id),
    index("match_ban_report_id_idx").on(table.reportId),
    check("match_ban_expiry_check", sql`expires_at is null or expires_at > created_at`),
    check("match_ban_lifted_check", sql`(lifted_at is null) = (lifted_by is null)`),
  ],
);

/**
 * From where somebody was here when they were banned: a keyed hash of an address, for a month at
 * most. Whoever is new from there needs an account before a call. When the banned person is erased
 * it says nothing of anybody any more, and lives out its time.
 */
export const matchBanMark = pgTable(
  "match_ban_mark",
  {
    id: text("id").primaryKey(),
    banId: text("ban_id").references(() => matchBan.id, { onDelete: "set null" }),
    mark: text("mark").notNull(),
    createdAt: createdAt(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [
    index("match_ban_mark_mark_idx").on(table.mark),
    index("match_ban_mark_ban_id_idx").on(table.banId),
    // The sweep.
    index("match_ban_mark_expires_at_idx").on(table.expiresAt),
    check("match_ban_mark_expiry_check", sql`expires_at > created_at`),
  ],
);

/**
 * Guests who got an account. For a while rooms still know them by the guest's id; this tells whom
 * they mean, so that a block or a report given in those minutes meets the account.
 */
export const matchMoved = pgTable(
  "match_moved",
  {
    guestId: text("guest_id").primaryKey(),
    accountId: ownedBy("account_id"),
    movedAt: moment("moved_at").notNull().defaultNow(),
  },
  (table) => [index("match_moved_account_id_idx").on(table.accountId)],
);

export type MatchProfileRow = typeof matchProfile.$inferSelect;
export type MatchCallRow = typeof matchCall.$inferSelect;
export type MatchReportRow = typeof matchReport.$inferSelect;
export type MatchBanRow = typeof matchBan.$inferSelect;
