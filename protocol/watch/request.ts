import { z } from "zod";
import type { watchRoomStateSchema } from "./rest.ts";

/** What a function may ask a watch room, without a socket. */
export const watchRequestSchema = z.discriminatedUnion("type", [
  /** Is anybody home: answered with `{ ok: true }`. */
  z.object({ type: z.literal("ping") }),
  /** What is going on: answered as `watchRoomStateSchema` says. */
  z.object({ type: z.literal("state") }),
]);
export type WatchRequest = z.infer<typeof watchRequestSchema>;

/** The room's answers, each to its own request. */
export type WatchReply = { readonly ok: true } | z.infer<typeof watchRoomStateSchema>;
