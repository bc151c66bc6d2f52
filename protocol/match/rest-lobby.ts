import { z } from "zod";
import { identityIdSchema } from "../identity/id.ts";
import { roomIdSchema } from "../room.ts";
import { profileSchema } from "./rest-profile.ts";
import { rulesVersion } from "./rest-rules.ts";

/** Where in the world people are, by continent. */
export const matchRegions = ["af", "as", "eu", "na", "oc", "sa"] as const;
export const matchRegionSchema = z.enum(matchRegions);
export type MatchRegion = z.infer<typeof matchRegionSchema>;

/** Body of `POST /v1/match/consent`: all three in one's own name, and of the rules as they are now. */
export const consentSchema = z
  .object({
    rulesVersion: z.literal(rulesVersion),
    adult: z.literal(true),
    keepsRules: z.literal(true),
  })
  .meta({ id: "MatchConsent" });

/** Which version of the rules somebody has confirmed, and when; null for nobody's yet. */
export const rulesStandingSchema = z.object({
  version: z.number().int(),
  confirmedAt: z.iso.datetime().nullable(),
});

/** A ban as the one it is of may know it. */
export const ownBanSchema = z.object({
  reason: z.string(),
  createdAt: z.iso.datetime(),
  /** Null for one without an end. */
  expiresAt: z.iso.datetime().nullable(),
});

/** Answer of `GET /v1/match/me`: what somebody has, and what still lacks before a first call. */
export const standingSchema = z
  .object({
    profile: profileSchema.nullable(),
    rules: rulesStandingSchema,
    ban: ownBanSchema.nullable(),
    /** Somebody banned has been here from the same place: a guest needs an account first. */
    accountRequired: z.boolean(),
    /** What those who look after the place have warned of, the newest first. */
    warnings: z.array(z.object({ reason: z.string(), at: z.iso.datetime() })).max(10),
  })
  .meta({ id: "MatchStanding" });
export type Standing = z.infer<typeof standingSchema>;

/** Body of `POST /v1/match/lobby`. Without a region it is the one the request comes from. */
export const enterLobbySchema = z
  .object({ region: matchRegionSchema.optional() })
  .meta({ id: "EnterMatchLobby" });

/** The way into one room, within a minute. */
const entrySchema = z.object({
  room: roomIdSchema,
  token: z.string(),
  /** Path of the socket on the API's origin; the token goes into its `token` query parameter. */
  socketPath: z.string(),
});

/** Answer of `POST /v1/match/lobby`. */
export const enteredLobbySchema = z
  .object({
    memberId: identityIdSchema,
    region: matchRegionSchema,
    lobby: entrySchema,
    /** Where the region's people wait for each other; null while the lobby itself is that place. */
    queue: entrySchema.nullable(),
    tokensExpireAt_ms: z.number().int(),
  })
  .meta({ id: "EnteredMatchLobby" });
export type EnteredLobby = z.infer<typeof enteredLobbySchema>;

/** One entry of `RTCConfiguration.iceServers`. */
export const iceServerSchema = z.object({
  urls: z.array(z.string().max(200)).min(1).max(16),
  username: z.string().max(500).optional(),
  credential: z.string().max(500).optional(),
});
export type IceServer = z.infer<typeof iceServerSchema>;

/** Body of `POST /v1/match/calls/{id}/ice`: the call's token saves asking the room. */
export const iceRequestSchema = z
  .object({ token: z.string().max(8_192).optional() })
  .meta({ id: "MatchIceRequest" });

/** Answer of `POST /v1/match/calls/{id}/ice`. */
export const iceSchema = z
  .object({
    iceServers: z.array(iceServerSchema),
    /** When the credentials end: later than the longest call. */
    expiresAt_ms: z.number().int(),
  })
  .meta({ id: "MatchIce" });
export type Ice = z.infer<typeof iceSchema>;
