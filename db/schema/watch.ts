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
} from "drizzle-orm/pg-core";
import type { Permissions } from "../../protocol/watch/permissions.ts";
import type { Source } from "../../protocol/watch/source.ts";
import { user } from "./identity.ts";

/** Whole milliseconds, so that a moment survives the way through JavaScript and back. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Rooms of the watch module. What happens inside a room lives in the room; this is what it is. */
export const watchRoom = pgTable(
  "watch_room",
  {
    id: text("id").primaryKey(),
    title: text("title").notNull(),
    /** What is shown first. */
    source: jsonb("source").$type<Source>().notNull(),
    maxParticipants: integer("max_participants").notNull().default(10),
    permissions: jsonb("permissions").$type<Permissions>().notNull().default(sql`'{}'::jsonb`),
    gate: boolean("gate").notNull().default(false),
    public: boolean("public").notNull().default(false),
    /** As `platform/identity/password.ts` encodes it; null for a room without a password. */
    passwordHash: text("password_hash"),
    /** Which invites are good: raising it revokes all that were made. */
    inviteGeneration: integer("invite_generation").notNull().default(0),
    /** The account or guest that made it; null for somebody with neither. */
    createdBy: text("created_by").references(() => user.id, { onDelete: "cascade" }),
    /** Whether anybody was ever let in; a room that nobody entered has no object to end it. */
    joined: boolean("joined").notNull().default(false),
    /** When somebody was last let in, to the hour; at first, when it was made. */
    usedAt: moment("used_at").notNull().defaultNow(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    // The public list, as far as Postgres has to give it.
    index("watch_room_public_idx").on(table.createdAt, table.id).where(sql`${table.public}`),
    index("watch_room_created_by_idx").on(table.createdBy, table.createdAt, table.id),
    // The sweep of what no room ends by itself.
    index("watch_room_used_at_idx").on(table.usedAt),
    check("watch_room_max_participants_check", sql`${table.maxParticipants} between 1 and 200`),
  ],
);

export type WatchRoomRow = typeof watchRoom.$inferSelect;
export type NewWatchRoom = Pick<
  WatchRoomRow,
  | "id"
  | "title"
  | "source"
  | "maxParticipants"
  | "permissions"
  | "gate"
  | "public"
  | "passwordHash"
  | "createdBy"
>;
