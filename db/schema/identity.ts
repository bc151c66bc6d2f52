import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

/** Whole milliseconds, so that a moment survives the way through JavaScript and back. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const createdAt = () => moment("created_at").notNull().defaultNow();
const updatedAt = () => moment("updated_at").notNull().defaultNow();

/**
 * The tables of the accounts library, in the library's own field names, and beside them the receipts
 * of erasures. `test/contract/identity-schema.test.ts` holds them to what the library expects.
 */

/** A person: with an account, or a guest who may get one later. */
export const user = pgTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** Lower case. A guest has a made-up one that nobody can receive mail at. */
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  isAnonymous: boolean("is_anonymous").default(false),
  /** Runs this deployment: may see operations, jobs and whatever people report. */
  operator: boolean("operator").notNull().default(false),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** The truth about who is signed in; Redis holds copies. */
export const session = pgTable(
  "session",
  {
    id: text("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    expiresAt: moment("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    activeOrganizationId: text("active_organization_id"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("session_user_id_idx").on(table.userId),
    // The sweep of what has expired.
    index("session_expires_at_idx").on(table.expiresAt),
  ],
);

/** A way to sign in. The way `credential` carries the password's hash. */
export const account = pgTable(
  "account",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: moment("access_token_expires_at"),
    refreshTokenExpiresAt: moment("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("account_user_id_idx").on(table.userId),
    uniqueIndex("account_provider_id_account_id_idx").on(table.providerId, table.accountId),
  ],
);

/** Single-use tokens, such as those that reset a password; the identifier is a hash. */
export const verification = pgTable(
  "verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("verification_identifier_idx").on(table.identifier),
    index("verification_expires_at_idx").on(table.expiresAt),
    // Erasing a person finds what was sent to them.
    index("verification_value_idx").on(table.value),
  ],
);

/** A tenant: a seller's shop, a game studio, a business. */
export const organization = pgTable(
  "organization",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    slug: text("slug").notNull().unique(),
    kind: text("kind").notNull(),
    logo: text("logo"),
    metadata: text("metadata"),
    createdAt: createdAt(),
  },
  (table) => [
    check("organization_kind_check", sql`${table.kind} in ('shop', 'studio', 'business')`),
  ],
);

export const member = pgTable(
  "member",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role: text("role").notNull().default("member"),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("member_organization_id_user_id_idx").on(table.organizationId, table.userId),
    index("member_user_id_idx").on(table.userId),
    check("member_role_check", sql`${table.role} in ('owner', 'admin', 'member')`),
  ],
);

export const invitation = pgTable(
  "invitation",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    email: text("email").notNull(),
    role: text("role"),
    status: text("status").notNull().default("pending"),
    expiresAt: moment("expires_at").notNull(),
    inviterId: text("inviter_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [
    index("invitation_organization_id_idx").on(table.organizationId),
    index("invitation_email_idx").on(table.email),
    index("invitation_inviter_id_idx").on(table.inviterId),
  ],
);

/** Keys of programs. `key` is a hash; `start` is what a person recognises a key by. */
export const apiKey = pgTable(
  "api_key",
  {
    id: text("id").primaryKey(),
    /** Whose key it is: `user` or `organization`; `referenceId` is their id. */
    configId: text("config_id").notNull().default("user"),
    referenceId: text("reference_id").notNull(),
    name: text("name"),
    start: text("start"),
    prefix: text("prefix"),
    key: text("key").notNull(),
    permissions: text("permissions"),
    enabled: boolean("enabled").default(true),
    expiresAt: moment("expires_at"),
    lastRequest: moment("last_request"),
    requestCount: integer("request_count").default(0),
    rateLimitEnabled: boolean("rate_limit_enabled").default(false),
    rateLimitTimeWindow: integer("rate_limit_time_window"),
    rateLimitMax: integer("rate_limit_max"),
    remaining: integer("remaining"),
    refillInterval: integer("refill_interval"),
    refillAmount: integer("refill_amount"),
    lastRefillAt: moment("last_refill_at"),
    metadata: text("metadata"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("api_key_key_idx").on(table.key),
    index("api_key_reference_id_idx").on(table.referenceId, table.createdAt),
    check("api_key_config_id_check", sql`${table.configId} in ('user', 'organization')`),
  ],
);

/** Proof that somebody's data were erased. It says nothing of whose they were. */
export const erasureReceipt = pgTable("erasure_receipt", {
  id: text("id").primaryKey(),
  erasedAt: moment("erased_at").notNull(),
  /** How many rows went, by table; null if it could not be noted afterwards. */
  rows: jsonb("rows").$type<Readonly<Record<string, number>>>(),
});

export type UserRow = typeof user.$inferSelect;
export type SessionRow = typeof session.$inferSelect;
export type ApiKeyRow = typeof apiKey.$inferSelect;
