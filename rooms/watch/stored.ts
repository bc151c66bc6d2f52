import { z } from "zod";
import { anchorSchema } from "../../protocol/watch/anchor.ts";
import { chatMessageSchema, reactionSchema } from "../../protocol/watch/chat.ts";
import { memberIdSchema } from "../../protocol/watch/member.ts";
import { watchRoleSchema } from "../../protocol/watch/permissions.ts";
import { queueItemSchema } from "../../protocol/watch/queue.ts";
import { driftBuckets } from "../../protocol/watch/report.ts";
import type { Banned, Gate, Item, Member, Message, Roles, Stats } from "./types.ts";

/**
 * What stored values look like. Storage is an edge too: it may hold what an earlier version wrote,
 * and a value that does not fit is as none.
 */
const moment_ms = z.number();
const count = z.number().nonnegative();
const name = z.string().max(40);
const session = z.string().max(64);

export const storedMember: z.ZodType<Member> = z.object({
  id: memberIdSchema,
  name,
  tokenRole: watchRoleSchema,
  session,
  since_ms: moment_ms,
  rtt_ms: count,
  away_ms: moment_ms.nullable(),
});

export const storedRoles: z.ZodType<Roles> = z.object({
  host: memberIdSchema.nullable(),
  hostGone_ms: moment_ms.nullable(),
  given: z.record(z.string(), z.enum(["cohost", "viewer"])),
});

const gate: z.ZodType<Gate> = z.object({ until_ms: moment_ms });
export const storedAnchor = z.object({ anchor: anchorSchema, gate: gate.nullable() });

export const storedItem: z.ZodType<Item> = queueItemSchema
  .omit({ votes: true })
  .extend({ voters: z.array(memberIdSchema) });

export const storedMessage: z.ZodType<Message> = chatMessageSchema
  .omit({ reactions: true })
  .extend({ slot: count, reactors: z.record(z.string(), reactionSchema) });

export const storedBan: z.ZodType<Banned> = z.object({
  id: memberIdSchema,
  name,
  session: session.nullable(),
  at_ms: moment_ms,
});

const heard = z.object({
  drift: z.array(count).length(driftBuckets),
  corrections: count,
  stalls: count,
  resumes: count,
  gateWaits: count,
});

export const storedStats: z.ZodType<Stats> = heard.extend({
  since_ms: moment_ms,
  stored_ms: moment_ms,
  messages: count,
  peak: count,
  told: heard,
});

export const storedExpiring = z.object({ tries: count, at_ms: moment_ms });
export const storedMoment = moment_ms;
