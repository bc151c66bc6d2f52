import { z } from "zod";
import { callChat_max } from "../../protocol/match/call-down.ts";
import { cardSchema } from "../../protocol/match/profile-card.ts";
import { callRoleSchema } from "../../protocol/match/room-data.ts";
import { wishesSchema } from "../../protocol/match/ticket.ts";
import { roomIdSchema } from "../../protocol/room.ts";

const saidLineSchema = z.object({ mine: z.boolean(), key: z.string(), text: z.string() });

/** What this tab is in the middle of: it lives through a reload, and not longer than the tab. */
const keptSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("search"), userId: z.string(), wishes: wishesSchema }),
  z.object({
    type: z.literal("call"),
    userId: z.string(),
    callId: roomIdSchema,
    role: callRoleSchema,
    partner: cardSchema,
    token: z.string(),
    /** What was said from browser to browser: nobody else has it. */
    chat: z.array(saidLineSchema).max(callChat_max).optional(),
  }),
]);
export type Kept = z.infer<typeof keptSchema>;

const storageKey = "offrail:match";

/** What the tab was in the middle of before a reload; null for nothing, or somebody else's. */
export function keptFor(userId: string): Kept | null {
  try {
    const kept = keptSchema.safeParse(JSON.parse(sessionStorage.getItem(storageKey) ?? "null"));
    return kept.success && kept.data.userId === userId ? kept.data : null;
  } catch {
    return null;
  }
}

/** Keeps it, or with null nothing. Without storage a reload ends what there was. */
export function keep(kept: Kept | null): void {
  try {
    if (kept === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(kept));
  } catch {
    // Nothing is lost but the way back after a reload.
  }
}
