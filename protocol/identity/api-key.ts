import { z } from "zod";
import { lineOf } from "../text.ts";
import { identityIdSchema } from "./id.ts";
import { scopeSchema, scopes } from "./scope.ts";

/** Every key begins with this, so that people and secret scanners know one when they see it. */
export const apiKeyPrefix = "off_";
/** Random letters behind the prefix: 52 letters make 5.7 bits each, 40 of them 228 bits. */
export const apiKeyLetters = 40;
/** How much of a key is kept to recognise it by: the prefix and four letters. */
export const apiKeyShown = apiKeyPrefix.length + 4;

export const apiKeyPattern = new RegExp(`^${apiKeyPrefix}[A-Za-z]{${apiKeyLetters}}$`);

/** Body of `POST /v1/keys`. Without an organization the key is the caller's own. */
export const createApiKeySchema = z
  .object({
    name: lineOf(32),
    scopes: z.array(scopeSchema).min(1).max(scopes.length),
    organizationId: identityIdSchema.optional(),
    /** Days until it expires by itself; never if not given. */
    expiresIn_days: z.number().int().min(1).max(365).optional(),
  })
  .meta({ id: "CreateApiKey" });
export type CreateApiKey = z.input<typeof createApiKeySchema>;

export const apiKeySchema = z
  .object({
    id: identityIdSchema,
    name: z.string(),
    /** How the key begins. */
    start: z.string(),
    scopes: z.array(scopeSchema),
    organizationId: identityIdSchema.nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    /** When it was last used, known to within ten minutes; null if it never was. */
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKeySchema>;

export const apiKeysSchema = z.object({ keys: z.array(apiKeySchema) }).meta({ id: "ApiKeys" });

/** Answer of `POST /v1/keys`: the only time that the key itself is told. */
export const createdApiKeySchema = z
  .object({ key: z.string(), info: apiKeySchema })
  .meta({ id: "CreatedApiKey" });
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
