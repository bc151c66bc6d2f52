import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Rooms of the watch module. What happens inside a room lives in the room; this is what it is. */
export const watchRoom = pgTable(
  "watch_room",
  {
    id: text("id").primaryKey(),
    title: text("title").notNull(),
    mediaId: text("media_id").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  // Expiry and listings walk rooms by age.
  (table) => [index("watch_room_created_at_idx").on(table.createdAt)],
);

export type WatchRoomRow = typeof watchRoom.$inferSelect;
