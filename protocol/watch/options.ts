import { z } from "zod";
import { participants_default, participants_max } from "./member.ts";
import { permissionsSchema } from "./permissions.ts";

export const maxParticipantsSchema = z.number().int().min(1).max(participants_max);

/** What a room's host has set. */
export const roomOptionsSchema = z.object({
  title: z.string().min(1).max(80),
  /** People at once; places kept for those who lost their line count too. */
  maxParticipants: maxParticipantsSchema.default(participants_default),
  permissions: permissionsSchema,
  /** Wait up to 5 s, before each start, for those whose player is not ready. */
  gate: z.boolean().default(false),
  /** Nobody new comes in, but co-hosts. */
  locked: z.boolean().default(false),
  /** Stands in the public list. */
  public: z.boolean().default(false),
  hasPassword: z.boolean().default(false),
});
export type RoomOptions = z.infer<typeof roomOptionsSchema>;
