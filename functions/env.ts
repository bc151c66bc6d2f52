import { z } from "zod";
import { parseRateLimits } from "../platform/ratelimit/policies.ts";
import { Secret } from "../platform/redact/secret.ts";
import { tokenKeysSchema } from "../platform/tokens/keys.ts";

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

/** Other numbers for the named rate limits: `<policy>=<limit>/<seconds>`, comma separated. */
const rateLimits = z
  .string()
  .default("")
  .transform((text, context) => {
    const parsed = parseRateLimits(text);
    if (typeof parsed !== "string") return parsed;
    context.addIssue({ code: "custom", message: parsed });
    return z.NEVER;
  });

/** What opens something is wrapped as soon as it is read, so that no log can ever hold it. */
function secret<Schema extends z.ZodType>(schema: Schema) {
  return schema.transform((value) => new Secret(value));
}

const httpAddress = z.url({
  protocol: /^https?$/,
  error: "must be an http:// or https:// address",
});

const postgresAddress = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address");

const settings = z.object({
  UPSTASH_REDIS_REST_URL: httpAddress,
  UPSTASH_REDIS_REST_TOKEN: secret(z.string().min(1)),
  DATABASE_URL: secret(postgresAddress),
  /** Where the Neon driver sends SQL; unset in production, a local gateway otherwise. */
  NEON_FETCH_ENDPOINT: httpAddress.optional(),
  ROOM_TOKEN_KEYS: secret(tokenKeysSchema),
  /** Origins that may call the API from a browser besides the site's own; `*` for any. */
  CORS_ORIGINS: commaList,
  /** Changes to the limits of `platform/ratelimit/policies.ts`; empty for none. */
  RATE_LIMITS: rateLimits,
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("warn"),
  /** Version shown by `/health`; a deploy sets it. */
  VERSION: z.string().default("dev"),
  /** Signs session cookies and the links in mails. Changing it signs everybody out. */
  AUTH_SECRET: secret(z.string().min(32, "must be at least 32 characters")),
  /** Where people reach the site, for links in mails; the address of the request if not set. */
  PUBLIC_URL: httpAddress.optional(),
  /** Where mails are handed over; `kept` keeps them in Redis instead; without it none are sent. */
  MAIL_URL: z.union([z.literal("kept"), httpAddress]).optional(),
  MAIL_TOKEN: secret(z.string().min(1)).optional(),
  /** Whom mails come from, `Offrail <mail@example.com>` for instance. */
  MAIL_FROM: z.string().min(3).optional(),
});

export const settingsSchema = settings.refine(
  ({ MAIL_URL, MAIL_TOKEN, MAIL_FROM }) =>
    MAIL_URL === undefined ||
    MAIL_URL === "kept" ||
    (MAIL_TOKEN !== undefined && MAIL_FROM !== undefined),
  { path: ["MAIL_URL"], message: "needs MAIL_TOKEN and MAIL_FROM" },
);
export type Settings = z.infer<typeof settingsSchema>;

/** Configuration that cannot be used. The message names variables and never repeats a value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the configuration from the Worker's bindings, or from anything shaped like them.
 * @throws SettingsError that names each missing or unusable variable, in one line
 */
export function parseSettings(bindings: Readonly<Record<string, unknown>>): Settings {
  const parsed = settingsSchema.safeParse(bindings);
  if (parsed.success) return parsed.data;
  const complaints = new Map<string, string>();
  for (const { path, message } of parsed.error.issues) {
    const variable = String(path[0]);
    const missing = bindings[variable] === undefined || bindings[variable] === "";
    complaints.set(variable, missing ? "is missing" : message);
  }
  const list = [...complaints].map(([variable, complaint]) => `${variable}: ${complaint}`);
  throw new SettingsError(`Configuration cannot be used. ${list.join("; ")}.`);
}

/** The Worker's bindings as they come: strings that need parsing, and objects that do not. */
export interface Bindings {
  readonly [setting: string]: unknown;
  readonly WATCH_ROOM: RoomNamespace;
  readonly ASSETS: AssetsBinding;
}
