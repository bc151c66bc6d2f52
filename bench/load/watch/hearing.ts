import { z } from "zod";

/** What the crowd needs of what a room says; the conformance suite looks at the rest. */
const anchorSchema = z.object({ seq: z.number(), playing: z.boolean(), position_ms: z.number() });
const heardSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("welcome"), anchor: anchorSchema, chatCursor: z.number() }),
  z.object({ type: z.literal("anchor"), anchor: anchorSchema, by: z.string().nullable() }),
  z.object({
    type: z.literal("chat"),
    message: z.object({ cursor: z.number(), ref: z.string().optional() }),
  }),
  z.object({ type: z.literal("error"), code: z.string(), about: z.string().optional() }),
]);
export type Heard = z.infer<typeof heardSchema>;
export type HeardAnchor = z.infer<typeof anchorSchema>;

/** @returns undefined for what changes nothing in what the crowd does next */
export function hearing(message: unknown): Heard | undefined {
  return heardSchema.safeParse(message).data;
}
