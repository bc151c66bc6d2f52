import { z } from "zod";
import { maxParticipantsSchema } from "../../protocol/watch/options.ts";

const wholeNumber = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);

/** Keys as `id:secret,id:secret`, the first one to sign with. */
const tokenKeysSetting = z
  .string()
  .min(1)
  .transform((text) =>
    text.split(",").map((pair) => {
      const [id = "", ...secret] = pair.split(":");
      return { id, secret: new TextEncoder().encode(secret.join(":")) };
    }),
  )
  .refine(
    (keys) => keys.every(({ id, secret }) => id !== "" && secret.byteLength >= 16),
    "must be id:secret with secrets of 16 bytes at least",
  );

/** The environment, with the documents' own defaults. Durations in milliseconds where the name says so. */
export const settingsSchema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(3001),
  DATABASE_URL: z.url(),
  REDIS_URL: z.url(),
  ROOM_TOKEN_KEYS: tokenKeysSetting,
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("warn"),
  CORS_ORIGIN: z.string().optional(),
  /** Most people a watch room takes when its maker does not say. */
  MAX_PARTICIPANTS_PER_ROOM: wholeNumber(10).pipe(maxParticipantsSchema),
  RATE_LIMIT_MAX_REQUESTS: wholeNumber(100),
  RATE_LIMIT_WINDOW_MS: wholeNumber(60_000),
  REDIS_TIMEOUT: wholeNumber(30_000),
  DATABASE_POOL_SIZE: wholeNumber(10),
});
export type Settings = z.output<typeof settingsSchema>;
export type TokenKeys = Settings["ROOM_TOKEN_KEYS"];
