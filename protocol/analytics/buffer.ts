import { z } from "zod";
import { type AnalyticsEnv, envSchema } from "./event.ts";
import { eventRuleSchema, eventRules_max } from "./event-schema.ts";
import { gameIdSchema, gameSettingsSchema, retentionDaysSchema } from "./game.ts";
import { type GameKeyKind, gameKeyIdSchema, gameKeyKindSchema } from "./key.ts";
import { saidSchema } from "./said.ts";

/** Keys of one game at once, over both kinds and places; revoked ones are not counted. */
export const gameKeys_max = 50;

/** What the API and the buffers must know of a game to take its events. */
export const gameConfigSchema = z.object({
  gameId: gameIdSchema,
  /** Raised by every change; the API and a buffer that differ in it agree anew. */
  revision: z.number().int().positive(),
  retention_days: retentionDaysSchema,
  retention_days_before: retentionDaysSchema,
  /** The first day that `retention_days` holds for. */
  retentionFrom: z.iso.date(),
  settings: gameSettingsSchema,
  /** Keys that hold. */
  keys: z
    .array(z.object({ id: gameKeyIdSchema, kind: gameKeyKindSchema, env: envSchema }))
    .max(gameKeys_max),
  rules: z.array(eventRuleSchema).max(eventRules_max),
});
export type GameConfig = z.infer<typeof gameConfigSchema>;

/** Whether a key is among those of a game that hold, writes to a place, and is of some kind. */
export function keyHolds(
  { keys }: Pick<GameConfig, "keys">,
  id: string,
  env: AnalyticsEnv,
  kinds: readonly GameKeyKind[],
): boolean {
  return keys.some((key) => key.id === id && key.env === env && kinds.includes(key.kind));
}

/** Which buffer: one of the shards of a game's live data, or of its sandbox. */
export interface BufferAddress {
  readonly gameId: string;
  readonly env: "live" | "sandbox";
  readonly shard: number;
}

export function bufferName({ gameId, env, shard }: BufferAddress): string {
  return `${gameId}.${env}.${shard}`;
}

/** The address in a buffer's name, or undefined if it is none. */
export function parseBufferName(name: string): BufferAddress | undefined {
  const [, gameId = "", env, shard] =
    /^([A-Za-z0-9_-]{16})\.(live|sandbox)\.(\d{1,2})$/.exec(name) ?? [];
  return env === "live" || env === "sandbox" ? { gameId, env, shard: Number(shard) } : undefined;
}

/**
 * The first line of a batch on its way to a buffer. Behind it comes a JSON array of `EventRow`, which
 * the buffer keeps as it is.
 */
export const acceptHeadSchema = z.object({
  /** Of the configuration that the rows were checked by; 0 for none. */
  revision: z.number().int().nonnegative(),
  keyId: gameKeyIdSchema,
  /** Of the secret key that signed the batch. */
  signedBy: gameKeyIdSchema.optional(),
  /** No line break is in it, as none can be in a header: on disk each key is a line. */
  idempotencyKey: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\n]*$/)
    .optional(),
  /** Of the batch as it was sent, revenue and what was dropped too: the same whenever it comes again. */
  fingerprint: z.string().max(64).optional(),
  /** What the client is going to hear, as far as it is known before the buffer has spoken. */
  said: saidSchema.optional(),
  /** Of the rows, in their order. */
  uuids: z.array(z.string()).max(500),
  /** Events of the batch that were dropped, by reason: counted, and nothing else. */
  drops: z.record(z.string().max(20), z.number().int().positive()).optional(),
});
export type AcceptHead = z.infer<typeof acceptHeadSchema>;

const refusals = [
  "full",
  "too_large",
  "key",
  "signature",
  "game",
  "idempotency",
  "unavailable",
] as const;

/** What a buffer says to a batch. */
export const acceptReplySchema = z.discriminatedUnion("type", [
  /**
   * It is on disk. Places of events that were there before; for a batch that came before under its
   * idempotency key, what was said then.
   */
  z.object({
    type: z.literal("accepted"),
    duplicates: z.array(z.number().int()),
    said: saidSchema.optional(),
  }),
  /** Nothing was kept: the batch must be checked by this configuration. */
  z.object({ type: z.literal("config"), config: gameConfigSchema }),
  /** Nothing was kept. */
  z.object({
    type: z.literal("refused"),
    reason: z.enum(refusals),
    retryAfter_s: z.number().int().positive().optional(),
  }),
]);
export type AcceptReply = z.infer<typeof acceptReplySchema>;

/** What else is asked of a buffer. */
export const bufferRequestSchema = z.discriminatedUnion("type", [
  /** What it goes by, after a look for keys that it does not know. */
  z.object({ type: z.literal("config"), keyIds: z.array(gameKeyIdSchema).max(2).optional() }),
  /** The game has changed; null when it is gone. */
  z.object({ type: z.literal("configure"), config: gameConfigSchema.nullable() }),
  z.object({ type: z.literal("figures") }),
  /** Somebody watches: tell the tail of what comes, until then. */
  z.object({ type: z.literal("listen"), until_ms: z.number() }),
  /** Write what waits now. */
  z.object({ type: z.literal("flush") }),
  /** Try dead events again. */
  z.object({ type: z.literal("revive") }),
  /** Show dead events, from behind one on; the answer is `DeadEvents`. */
  z.object({ type: z.literal("dead"), after: z.number().int().nonnegative() }),
  /** Keep nothing that the database refuses of a player who is forgotten, if it was received until then. */
  z.object({
    type: z.literal("forget"),
    player: z.string().min(1).max(64),
    erased_ms: z.number(),
  }),
]);
export type BufferRequest = z.infer<typeof bufferRequestSchema>;

/** Dead events of one answer: at most so many, each of some kilobytes. */
export const deadEventsPage_max = 100;

/** What a dead event's row holds, whatever it is: the database refused it. */
export const deadRowsSchema = z.array(z.record(z.string(), z.unknown()));

/** Events that the database refused, as the buffer keeps them. */
export const deadEventsSchema = z.object({
  events: z
    .array(
      z.object({
        env: envSchema,
        shard: z.number().int().nonnegative(),
        id: z.number().int(),
        /** When it was received. */
        at_ms: z.number(),
        /** Why it was refused: a SQLSTATE. */
        reason: z.string(),
        /** An `EventRow`. */
        row: z.record(z.string(), z.unknown()),
      }),
    )
    .max(deadEventsPage_max),
});
export type DeadEvents = z.infer<typeof deadEventsSchema>;

/** Null when the game is gone; absent when nothing certain is known of it, or of a key, now. */
export const configReplySchema = z.object({ config: gameConfigSchema.nullable().optional() });

const count = z.number().int().nonnegative();

/** How one buffer stands. */
export const bufferFiguresSchema = z.object({
  env: envSchema,
  shard: count,
  /** What is on the buffer's disk and not yet in the database. */
  waiting_batches: count,
  waiting_events: count,
  waiting_bytes: count,
  /** How long the oldest of it has waited. */
  oldest_ms: count,
  /** Events that the database refuses; kept, and in nobody's way. */
  dead_events: count,
  dead_bytes: count,
  /** Why it refused the last of them: a SQLSTATE. */
  deadReason: z.string().nullable(),
  /** Since the buffer's beginning. */
  accepted_events: count,
  flushed_events: count,
  flushes: count,
  failedFlushes: count,
  /** How long the last flushes took, the latest last. */
  flushes_ms: z.array(count).max(20),
  lastFlushAt_ms: z.number().nullable(),
  /** Batches that were sent away because the buffer was full: nothing of them was acknowledged. */
  refused_batches: count,
  /** Events that did not fit, by reason: they were answered `drop`. */
  drops: z.record(z.string(), count),
});
export type BufferFigures = z.infer<typeof bufferFiguresSchema>;
