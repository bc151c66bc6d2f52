import { z } from "zod";
import { position_ms_max } from "./anchor.ts";

const position_ms = z.number().finite().min(0).max(position_ms_max);
/** The `seq` of the anchor the person saw when acting; a command on an older one is refused. */
const seq = z.number().int().nonnegative();

/** Messages from a browser to a watch room. */
export const watchUpSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("play"), seq, position_ms: position_ms.optional() }),
  z.object({ type: z.literal("pause"), seq, position_ms: position_ms.optional() }),
  z.object({ type: z.literal("seek"), seq, position_ms }),
  /** A clock probe; answered at once to the sender alone. `client_ms` comes back unchanged. */
  z.object({ type: z.literal("clock"), client_ms: z.number().finite() }),
]);
export type WatchUp = z.infer<typeof watchUpSchema>;
