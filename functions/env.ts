import { z } from "zod";

/** What a function needs of a room namespace; a Durable Object binding has it. */
export interface RoomNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

/** What a function needs of the static files; an assets binding has it. */
export interface AssetsBinding {
  fetch(request: Request): Promise<Response>;
}

const commaList = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );

/**
 * Keys that sign room tokens: `<key id>:<secret>`, comma separated, the first signs, all verify.
 * To rotate: put the new key first, deploy, and take the old one away a day later.
 */
const tokenKeys = commaList
  .transform((pairs, context) =>
    pairs.map((pair) => {
      const [id, secret, ...rest] = pair.split(":");
      if (!id || !secret || rest.length > 0 || secret.length < 32)
        context.addIssue({
          code: "custom",
          message: "each key must read <key id>:<secret of at least 32 characters>",
        });
      return { id: id ?? "", secret: secret ?? "" };
    }),
  )
  .refine((keys) => keys.length >= 1 && keys.length <= 2, "one or two keys are needed");

export const settingsSchema = z.object({
  UPSTASH_REDIS_REST_URL: z.url(),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address"),
  /** Where the Neon driver sends SQL; unset in production, a local gateway otherwise. */
  NEON_FETCH_ENDPOINT: z.url().optional(),
  ROOM_TOKEN_KEYS: tokenKeys,
  /** Origins that may call the API from a browser besides the site's own; `*` for any. */
  CORS_ORIGINS: commaList,
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("warn"),
  /** Version shown by `/health`; a deploy sets it. */
  VERSION: z.string().default("dev"),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The Worker's bindings as they come: strings that need parsing, and objects that do not. */
export interface Bindings {
  readonly [setting: string]: unknown;
  readonly WATCH_ROOM: RoomNamespace;
  readonly ASSETS: AssetsBinding;
}
