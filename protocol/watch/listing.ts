import { z } from "zod";
import { roomIdSchema } from "../room.ts";

/** Rooms in one page, at most. */
export const listingPage_max = 50;

/** Query of `GET /v1/watch/rooms`. */
export const listWatchRoomsSchema = z.object({
  limit: z.coerce.number().int().min(1).max(listingPage_max).default(20),
  /** `nextCursor` of the page before. */
  cursor: z.string().max(120).optional(),
  /** `true`: the caller's own rooms, the newest first, instead of the public ones. */
  mine: z.enum(["true", "false"]).optional(),
});

/** A room in a list. */
export const watchRoomListingSchema = z
  .object({
    id: roomIdSchema,
    title: z.string(),
    /** What is shown at the moment, or was shown first. */
    mediaTitle: z.string(),
    /** People in it at the moment; null when that cannot be known now. */
    people: z.number().int().nullable(),
    capacity: z.number().int(),
    /** Whether nobody new comes in; null when that cannot be known now. */
    locked: z.boolean().nullable(),
    hasPassword: z.boolean(),
    /** When something last happened in it; null when that cannot be known now. */
    activeAt_ms: z.number().int().nullable(),
  })
  .meta({ id: "WatchRoomListing" });
export type WatchRoomListing = z.infer<typeof watchRoomListingSchema>;

/**
 * Answer to `GET /v1/watch/rooms`. Normally the most recently active room stands first. While the
 * directory cannot be had the list is made of what is known for certain: `counts` is null, the newest
 * room stands first, and whatever only rooms themselves know is null in each.
 */
export const watchRoomListSchema = z
  .object({
    rooms: z.array(watchRoomListingSchema),
    /** People in the rooms of this page, together. */
    counts: z.object({ people: z.number().int() }).nullable(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "WatchRoomList" });
export type WatchRoomList = z.infer<typeof watchRoomListSchema>;
