import { z } from "zod";
import { stunUrlsSchema, turnUrlsSchema } from "../platform/ice/settings.ts";
import { parseRateLimits } from "../platform/ratelimit/policies.ts";
import { Secret } from "../platform/redact/secret.ts";
import { commaListSchema } from "../platform/settings/comma-list.ts";
import { tokenKeysSchema } from "../platform/tokens/keys.ts";
import { regionCapacityDefault } from "../protocol/match/room-data.ts";

/** What a function needs of a room namespace; a Durable Object binding has it. */
export interface RoomNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

/** What a function needs of the static files; an assets binding has it. */
export interface AssetsBinding {
  fetch(request: Request): Promise<Response>;
}

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
  CORS_ORIGINS: commaListSchema.prefault(""),
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
  /** Signs receipts of the stand-in for a store; without it receipts prove nothing. */
  ANALYTICS_RECEIPT_SECRET: secret(z.string().min(16)).optional(),
  /** Lobbies of match in each region; a user always belongs to the same one. */
  MATCH_SHARDS: z.coerce.number().int().min(1).max(16).default(1),
  /** Connections that the lobbies of one region take together. */
  MATCH_CAPACITY: z.coerce.number().int().min(1).max(30_000).default(regionCapacityDefault),
  /** Where browsers learn their own address from. */
  MATCH_STUN_URLS: stunUrlsSchema,
  /** Relays for calls that find no other way, and the secret they share with us. */
  MATCH_TURN_URLS: turnUrlsSchema,
  MATCH_TURN_SECRET: secret(z.string().min(1)).optional(),
  /** A key of Cloudflare's TURN service, which then comes before the relays above. */
  MATCH_CF_TURN_KEY_ID: z.string().min(1).optional(),
  MATCH_CF_TURN_TOKEN: secret(z.string().min(1)).optional(),
});

const settingsWithMatch = settings
  .refine(
    ({ MATCH_TURN_URLS: urls, MATCH_TURN_SECRET: shared }) =>
      urls.length === 0 || shared !== undefined,
    { path: ["MATCH_TURN_URLS"], message: "needs MATCH_TURN_SECRET" },
  )
  .refine(
    ({ MATCH_CF_TURN_KEY_ID: id, MATCH_CF_TURN_TOKEN: token }) =>
      (id === undefined) === (token === undefined),
    { path: ["MATCH_CF_TURN_KEY_ID"], message: "goes with MATCH_CF_TURN_TOKEN" },
  );

export const settingsSchema = settingsWithMatch.refine(
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
  readonly LOBBY_ROOM: RoomNamespace;
  readonly CALL_ROOM: RoomNamespace;
  readonly ANALYTICS_TAIL?: RoomNamespace;
  readonly ANALYTICS_BUFFER?: RoomNamespace;
  readonly ASSETS: AssetsBinding;
}

/** Stands for a namespace that was not bound, and says so to whoever asks for a room in it. */
export function missingRoom(name: string): RoomNamespace {
  const missing = () => {
    throw new SettingsError(`Configuration cannot be used. ${name}: the binding is missing.`);
  };
  return { idFromName: missing, get: missing };
}
