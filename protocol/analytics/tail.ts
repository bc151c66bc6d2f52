import { z } from "zod";
import { envSchema, eventKindSchema } from "./event.ts";

/** Events a second that a tail shows at most; more are sampled. */
export const tailEvents_per_s = 50;

/** How long buffers tell a tail without being asked again; they stop earlier when nobody watches. */
export const tailListening_ms = 60 * 60_000;

/** One event as a tail shows it. */
export const tailEventSchema = z.object({
  uuid: z.string(),
  kind: eventKindSchema,
  player: z.string(),
  at_ms: z.number(),
  received_ms: z.number(),
  name: z.string().optional(),
  level: z.string().optional(),
  status: z.string().optional(),
  /** The event's props as JSON, cut if long. */
  props: z.string().max(200).optional(),
});
export type TailEvent = z.infer<typeof tailEventSchema>;

/** From the tail to whoever watches. */
export const tailDownSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("welcome"), server_ms: z.number() }),
  z.object({
    type: z.literal("events"),
    events: z.array(tailEventSchema),
    /** Events that came as well and are not shown. */
    skipped: z.number().int().nonnegative(),
  }),
]);
export type TailDown = z.infer<typeof tailDownSchema>;

/** Whoever watches has nothing to say. */
export const tailUpSchema = z.never();

/** From a buffer to the tail. */
export const tailRequestSchema = z.object({
  type: z.literal("push"),
  events: z.array(tailEventSchema).max(tailEvents_per_s),
  skipped: z.number().int().nonnegative(),
});
export type TailRequest = z.infer<typeof tailRequestSchema>;

/** Whether anybody still watches; if not, the buffer stops telling. */
export const tailReplySchema = z.object({ watching: z.boolean() });
export type TailReply = z.infer<typeof tailReplySchema>;

/** The tail of a game's live data or sandbox, as a room's id. */
export function tailRoom(gameId: string, env: z.infer<typeof envSchema>): string {
  return `${gameId}-${env}`;
}

/** Answer of `POST /v1/analytics/games/{id}/tail`. */
export const openedTailSchema = z
  .object({ socketPath: z.string(), token: z.string(), tokenExpiresAt_ms: z.number() })
  .meta({ id: "AnalyticsTail" });
export const openTailSchema = z
  .object({ env: envSchema.default("live") })
  .meta({ id: "OpenAnalyticsTail" });
