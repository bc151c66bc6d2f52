import { z } from "zod";
import { roomErrorSchema } from "../room.ts";
import { anchorSchema } from "./anchor.ts";

/** Who may do what: a host made the room, viewers came by its link. */
export const watchRoleSchema = z.enum(["host", "viewer"]);
export type WatchRole = z.infer<typeof watchRoleSchema>;

/** One person in the room, once, however many tabs are open. */
export const watchMemberSchema = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(40),
  role: watchRoleSchema,
});
export type WatchMember = z.infer<typeof watchMemberSchema>;

/** Messages from a watch room to a browser. `server_ms` is the room's clock as the message left. */
export const watchDownSchema = z.discriminatedUnion("type", [
  /** First message on every socket: all that a page needs to draw itself. */
  z.object({
    type: z.literal("welcome"),
    memberId: z.string(),
    anchor: anchorSchema,
    members: z.array(watchMemberSchema),
    server_ms: z.number(),
  }),
  /** The room's new truth about the video; `by` is the member whose command it was. */
  z.object({
    type: z.literal("anchor"),
    anchor: anchorSchema,
    by: z.string().nullable(),
    server_ms: z.number(),
  }),
  /** Somebody came or went: the whole list, because it is short and can then never diverge. */
  z.object({ type: z.literal("members"), members: z.array(watchMemberSchema) }),
  z.object({ type: z.literal("clock"), client_ms: z.number(), server_ms: z.number() }),
  roomErrorSchema,
]);
export type WatchDown = z.infer<typeof watchDownSchema>;
