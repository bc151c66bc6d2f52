import { z } from "zod";
import { roomIdSchema } from "../room.ts";
import { wishesSchema } from "./ticket.ts";

/** What somebody may say they are. Whoever has a ticket is `waiting`, whatever they say. */
export const ownStatusSchema = z.enum(["online", "in_call", "away"]);
export type OwnStatus = z.infer<typeof ownStatusSchema>;

/** Messages from a browser to a lobby. Beside them it sends a ping every 20 s, which wakes nothing. */
export const lobbyUpSchema = z.discriminatedUnion("type", [
  /** Begins to wait. Whoever waits already changes their wishes, and keeps their place. */
  z.object({ type: z.literal("enqueue"), wishes: wishesSchema }),
  /** Ends the waiting; once a partner has been found, it declines them. */
  z.object({ type: z.literal("cancel") }),
  /** Is in the call's room. When both have said so, the match stands. */
  z.object({ type: z.literal("seated"), callId: roomIdSchema }),
  /** Does not come to the call. */
  z.object({ type: z.literal("decline"), callId: roomIdSchema }),
  z.object({ type: z.literal("status"), status: ownStatusSchema }),
  /** Asks for the numbers and for who has waited longest. */
  z.object({ type: z.literal("look") }),
  /** Leaves: nothing is kept for a return. */
  z.object({ type: z.literal("bye") }),
]);
export type LobbyUp = z.infer<typeof lobbyUpSchema>;
