import { z } from "zod";
import { position_ms_max, rate_max, rate_min } from "./anchor.ts";
import { chatCursorSchema, chatTextSchema, reactionSchema } from "./chat.ts";
import { memberIdSchema } from "./member.ts";
import { maxParticipantsSchema } from "./options.ts";
import { permissionsSchema } from "./permissions.ts";
import { reportSchema } from "./report.ts";
import { sourceSchema } from "./source.ts";

const position_ms = z.number().finite().min(0).max(position_ms_max);
/** The `seq` of the anchor the person saw when acting; a command on an older one is refused. */
const seq = z.number().int().nonnegative();
const itemId = z.string().min(1).max(32);
const memberId = memberIdSchema;

/** Any message may carry what its page noticed since its last report, so that none is sent for it. */
function up<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), report: reportSchema.optional(), ...shape });
}

/** Messages from a browser to a watch room. */
export const watchUpSchema = z.discriminatedUnion("type", [
  /** Sent once the clock is known, and after a long silence: how slow this line is. */
  up("hello", { rtt_ms: z.number().min(0).max(60_000) }),
  /** A clock probe; answered at once to the sender alone. `client_ms` comes back unchanged. */
  up("clock", { client_ms: z.number().finite() }),

  up("play", { seq, position_ms: position_ms.optional() }),
  up("pause", { seq, position_ms: position_ms.optional() }),
  up("seek", { seq, position_ms }),
  /** Playback speed for everybody. */
  up("rate", { seq, rate: z.number().min(rate_min).max(rate_max) }),
  /** This player could start at the anchor with this `seq` now; opens the ready gate. */
  up("ready", { seq }),

  up("queue_add", { source: sourceSchema }),
  up("queue_remove", { itemId }),
  /** Before which item it shall stand; null for the end. */
  up("queue_move", { itemId, before: itemId.nullable() }),
  up("queue_vote", { itemId, vote: z.boolean() }),
  /** For or against going on from the current item. */
  up("skip", { itemId, vote: z.boolean() }),
  /** Go on from the current item, to the next or to the one named; for host and co-hosts. */
  up("next", { itemId, to: itemId.optional() }),
  /** The current item played to its end here. However many say so, the room goes on once. */
  up("ended", { itemId }),
  up("history_clear", {}),

  up("say", {
    text: chatTextSchema,
    replyTo: chatCursorSchema.optional(),
    /** Comes back with the message; one that was said already under it is not said again. */
    ref: z.string().min(1).max(16).optional(),
  }),
  /** Over the video, or with `to` to a message; there the same one again takes it back. */
  up("react", { emoji: reactionSchema, to: chatCursorSchema.optional() }),
  up("typing", {}),
  up("delete", { messageId: chatCursorSchema }),

  up("kick", { memberId }),
  up("ban", { memberId }),
  up("unban", { memberId }),
  up("lock", { locked: z.boolean() }),
  up("set_role", { memberId, role: z.enum(["cohost", "viewer"]) }),
  up("hand_over", { memberId }),
  up("set_permissions", { permissions: permissionsSchema }),
  up("set_options", {
    gate: z.boolean().optional(),
    maxParticipants: maxParticipantsSchema.optional(),
  }),

  /** This person leaves now, and needs no grace. */
  up("bye", {}),
]);
export type WatchUp = z.infer<typeof watchUpSchema>;
