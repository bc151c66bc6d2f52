import { z } from "zod";
import { identityIdSchema } from "../identity/id.ts";
import { roleSchema } from "../identity/organization.ts";
import { lineOf } from "../text.ts";

/** A game's id: 16 random characters of the URL-safe base64 alphabet. */
export const gameIdSchema = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

/** For how many days raw events are kept. Roll-ups stay. The sandbox keeps a week, always. */
export const retentionDaysSchema = z.literal([7, 30, 90, 365]);
/** For so long a game keeps its raw events unless it says otherwise. */
export const retentionDays_default = 90;

/** Some of a game's settings, to set or to change; what is left out has no default here. */
export const gameSettingsPatchSchema = z.object({
  /** Raw events are written to the database this often at most; between that it may sleep. */
  flushEvery_s: z.number().int().min(1).max(3_600).optional(),
  /** ... or as soon as so many wait in one buffer. */
  flushEvents: z.number().int().min(100).max(50_000).optional(),
  /** Buffers that share the game's players; each takes some hundred batches a second. */
  shards: z.number().int().min(1).max(16).optional(),
  /** Refuse batches without a signature by a secret key. */
  signedOnly: z.boolean().optional(),
});

const patch = gameSettingsPatchSchema.shape;
export const gameSettingsSchema = z.object({
  flushEvery_s: patch.flushEvery_s.unwrap().default(30),
  flushEvents: patch.flushEvents.unwrap().default(5_000),
  shards: patch.shards.unwrap().default(1),
  signedOnly: patch.signedOnly.unwrap().default(false),
});

/** Body of `POST /v1/analytics/games`. Without an organization the game is the caller's own. */
export const createGameSchema = z
  .object({
    name: lineOf(60),
    organizationId: identityIdSchema.optional(),
    retention_days: retentionDaysSchema.default(retentionDays_default),
    settings: gameSettingsPatchSchema.default({}),
  })
  .meta({ id: "CreateAnalyticsGame" });
export type CreateGame = z.input<typeof createGameSchema>;

/** Body of `POST /v1/analytics/games/{id}`: what is given is changed. */
export const updateGameSchema = z
  .object({
    name: lineOf(60).optional(),
    /** Holds for events from the day after tomorrow on. */
    retention_days: retentionDaysSchema.optional(),
    settings: gameSettingsPatchSchema.optional(),
  })
  .meta({ id: "UpdateAnalyticsGame" });
export type UpdateGame = z.input<typeof updateGameSchema>;

export const gameSchema = z
  .object({
    id: gameIdSchema,
    name: z.string(),
    organizationId: identityIdSchema.nullable(),
    /** What the caller may do in it. */
    role: roleSchema,
    retention_days: retentionDaysSchema,
    settings: gameSettingsSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "AnalyticsGame" });
export type Game = z.infer<typeof gameSchema>;

export const gamesSchema = z.object({ games: z.array(gameSchema) }).meta({ id: "AnalyticsGames" });
