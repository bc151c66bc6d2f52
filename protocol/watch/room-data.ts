import { z } from "zod";
import { participants_default } from "./member.ts";
import { maxParticipantsSchema } from "./options.ts";
import { permissionsSchema } from "./permissions.ts";
import { sourceSchema } from "./source.ts";

/** A stable mark of the account or lineage behind a member, so that a ban holds through new joins. */
export const sessionMarkSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/**
 * The `data` of a watch room's token: what the room needs to come into being at its first join. From
 * then on the room's own options are the truth, and of this only `session` is looked at.
 */
export const watchRoomDataSchema = z.object({
  title: z.string().min(1).max(80),
  /** What is shown first. */
  media: sourceSchema,
  maxParticipants: maxParticipantsSchema.default(participants_default),
  permissions: permissionsSchema.prefault({}),
  gate: z.boolean().default(false),
  public: z.boolean().default(false),
  hasPassword: z.boolean().default(false),
  session: sessionMarkSchema,
});
export type WatchRoomData = z.output<typeof watchRoomDataSchema>;

/** A resume token needs to say only this: its room exists already. */
export const watchResumeDataSchema = z.object({ session: sessionMarkSchema });
