import { z } from "zod";
import { uuid7Schema } from "./uuid7.ts";

/** Where a key writes: what players do, or what developers try out. The two never meet. */
export const envs = ["live", "sandbox"] as const;
export const envSchema = z.enum(envs);
export type AnalyticsEnv = z.infer<typeof envSchema>;

export const eventKinds = [
  "event",
  "level",
  "session_start",
  "heartbeat",
  "session_end",
  "revenue",
  "error",
] as const;
export const eventKindSchema = z.enum(eventKinds);

export const levelStatuses = ["start", "complete", "fail", "quit"] as const;
export const levelStatusSchema = z.enum(levelStatuses);

/** What games call things: players, events, levels, products. Kept as it is, 64 characters at most. */
export const labelSchema = z.string().min(1).max(64);

/** Of an event's own making; kept as JSON. */
export const propsSchema = z.record(z.string().max(64), z.unknown());

const common = {
  /** Made by the client when it happened; names the event for good, and says when it happened. */
  uuid: uuid7Schema,
  /** Who played; any name that the game knows the player by. */
  player: labelSchema,
  /** A UUIDv7 made at the session's start. */
  session: uuid7Schema.optional(),
  props: propsSchema.optional(),
};
const inSession = { ...common, session: uuid7Schema };
const integer = (min: number, max: number) => z.number().int().min(min).max(max);

export const customEventSchema = z.object({
  ...common,
  kind: z.literal("event"),
  name: labelSchema,
});

export const levelEventSchema = z.object({
  ...common,
  kind: z.literal("level"),
  level: labelSchema,
  status: levelStatusSchema,
  /** The how-manieth try of this player at this level. */
  attempt: integer(1, 1_000_000).default(1),
  score: integer(-1_000_000_000_000, 1_000_000_000_000).optional(),
  /** How long this try took. */
  duration_ms: integer(0, 86_400_000).optional(),
});

export const sessionStartSchema = z.object({ ...inSession, kind: z.literal("session_start") });
export const heartbeatSchema = z.object({ ...inSession, kind: z.literal("heartbeat") });
export const sessionEndSchema = z.object({ ...inSession, kind: z.literal("session_end") });

/** What a store gives for a purchase, for the game's verifier to look at. */
export const receiptSchema = z.object({
  data: z.string().min(1).max(16_384),
  signature: z.string().min(1).max(1_024),
});

export const revenueEventSchema = z.object({
  ...common,
  kind: z.literal("revenue"),
  /** `app_store`, `play`, `steam`, or whatever the game calls it. */
  store: labelSchema,
  /**
   * The store's own id of this purchase or refund. Each counts once; a refund may have its purchase's,
   * as stores have it.
   */
  transactionId: z.string().min(1).max(128),
  type: z.enum(["purchase", "refund"]).default("purchase"),
  /** Of a refund: the purchase that it gives back. */
  refundOf: z.string().min(1).max(128).optional(),
  product: labelSchema.optional(),
  /** In the currency's smallest unit: 499 for 4.99 USD, 499 for 499 JPY. Above zero for refunds, too. */
  amount_minor: integer(1, 1_000_000_000_000),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code"),
  receipt: receiptSchema.optional(),
});
export type RevenueEvent = z.output<typeof revenueEventSchema>;

export const errorEventSchema = z.object({
  ...common,
  kind: z.literal("error"),
  /** What kind of error, such as `NullReferenceException`. */
  name: labelSchema.default("error"),
  message: z.string().min(1).max(1_000),
  severity: z.enum(["warning", "error", "fatal"]).default("error"),
  stack: z.string().max(8_000).optional(),
});

export const eventSchema = z
  .discriminatedUnion("kind", [
    customEventSchema,
    levelEventSchema,
    sessionStartSchema,
    heartbeatSchema,
    sessionEndSchema,
    revenueEventSchema,
    errorEventSchema,
  ])
  .meta({ id: "AnalyticsEvent" });
/** An event as a client writes it. */
export type AnalyticsEventInput = z.input<typeof eventSchema>;
/** An event as it is understood. */
export type AnalyticsEvent = z.output<typeof eventSchema>;
