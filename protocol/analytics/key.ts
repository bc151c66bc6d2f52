import { z } from "zod";
import { lineOf } from "../text.ts";
import { envSchema } from "./event.ts";

/**
 * A write key is shipped with the game and may send events. A secret key stays on the game's own
 * servers and signs what they send, which is believed.
 */
export const gameKeyKindSchema = z.enum(["write", "secret"]);
export type GameKeyKind = z.infer<typeof gameKeyKindSchema>;

export const gameKeyIdSchema = z.string().regex(/^[A-Za-z0-9_-]{12}$/);

/** How keys begin, so that people and secret scanners know one when they see it. */
export const gameKeyPrefixes = { write: "offw_", secret: "offs_" } as const;

/** Carries `<id of the secret key>:<HMAC-SHA256 of the raw body with that key, in hex>`. */
export const signatureHeader = "X-Offrail-Signature";

/** Body of `POST /v1/analytics/games/{id}/keys`. */
export const createGameKeySchema = z
  .object({ name: lineOf(32), kind: gameKeyKindSchema, env: envSchema.default("live") })
  .meta({ id: "CreateAnalyticsKey" });

export const gameKeySchema = z
  .object({
    id: gameKeyIdSchema,
    name: z.string(),
    kind: gameKeyKindSchema,
    env: envSchema,
    /** How the key begins. */
    start: z.string(),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "AnalyticsKey" });
export type GameKey = z.infer<typeof gameKeySchema>;

export const gameKeysSchema = z
  .object({ keys: z.array(gameKeySchema) })
  .meta({ id: "AnalyticsKeys" });

/** Answer of `POST /v1/analytics/games/{id}/keys`: the only time that the key itself is told. */
export const createdGameKeySchema = z
  .object({ key: z.string(), info: gameKeySchema })
  .meta({ id: "CreatedAnalyticsKey" });
