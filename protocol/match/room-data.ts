import { z } from "zod";
import { roomIdSchema } from "../room.ts";
import { tag_length } from "./member-tag.ts";
import { cardSchema, factsSchema } from "./profile-card.ts";
import { blocks_max } from "./rest-calls.ts";

/** Partners of so many last calls are not met again. */
export const recentPartners_max = 10;

/** Tags of people, packed (`packTags`). */
const tags = (max: number) =>
  z
    .string()
    .max(max * tag_length)
    .regex(/^([A-Za-z0-9_-]{4})*$/);

/** Most connections a lobby may ever be told to take. */
export const lobbyCapacity_max = 2_048;
/** Connections of all lobbies of a region, unless set otherwise. */
export const regionCapacityDefault = 1_200;

/**
 * The `data` of a lobby's token. A new token is asked for at every entry, so that what it says of
 * blocks, partners and bans is never older than the socket.
 */
export const lobbyDataSchema = z.object({
  facts: factsSchema,
  /** Everybody the person has blocked, all of them: then a block holds whoever of the two waits. */
  blocks: tags(blocks_max),
  /** Partners of the last calls, the latest first. */
  recent: tags(recentPartners_max),
  /** The person has confirmed the rules. Without it no token is given, and none is taken. */
  adult: z.literal(true),
  /** Connections this lobby takes: the region's, divided by its shards. */
  capacity: z.number().int().min(1).max(lobbyCapacity_max),
  /** Longest call. */
  callLimit_ms: z
    .number()
    .int()
    .min(60_000)
    .max(24 * 3_600_000)
    .optional(),
});
export type LobbyData = z.infer<typeof lobbyDataSchema>;

/** Longest call, unless set otherwise. */
export const callLimitDefault_ms = 60 * 60_000;
/** How long after the longest call its tokens, and the room's memory of it, live on. */
export const callAfterlife_ms = 2 * 60_000;

/** Which of the two: the impolite one's offer wins when both make one at once, the polite one yields. */
export const callRoleSchema = z.enum(["impolite", "polite"]);
export type CallRole = z.infer<typeof callRoleSchema>;

/** The `data` of a call's token, which a lobby signs for both seats when it has found a pair. */
export const callDataSchema = z.object({
  /** The lobby that opened the call. */
  lobby: roomIdSchema,
  /** Both, the impolite one first. */
  members: z.tuple([z.string().min(1).max(64), z.string().min(1).max(64)]),
  openedAt_ms: z.number().int().nonnegative(),
  limit_ms: z
    .number()
    .int()
    .min(1_000)
    .max(24 * 3_600_000),
  partner: cardSchema,
});
export type CallData = z.infer<typeof callDataSchema>;
