import { z } from "zod";

const hour_s = 3_600;
export const inviteLife_s_min = hour_s;
export const inviteLife_s_max = 7 * 24 * hour_s;

/** What somebody who comes by an invite is in the room. */
export const inviteRoleSchema = z.enum(["cohost", "viewer"]);

/** Body of `POST /v1/watch/rooms/:id/invites`. Only the host can invite co-hosts. */
export const createWatchInviteSchema = z
  .object({
    role: inviteRoleSchema.default("viewer"),
    /** From an hour to a week. */
    life_s: z
      .number()
      .int()
      .min(inviteLife_s_min)
      .max(inviteLife_s_max)
      .default(24 * hour_s),
  })
  .meta({ id: "CreateWatchInvite" });
export type CreateWatchInvite = z.input<typeof createWatchInviteSchema>;

/**
 * An invite: whoever shows it at a join needs no password. It works for any number of people until
 * it expires or the invites of the room are revoked. Put it behind the `#` of a link, which browsers
 * send to nobody.
 */
export const watchInviteSchema = z
  .object({ invite: z.string(), role: inviteRoleSchema, expiresAt_ms: z.number().int() })
  .meta({ id: "WatchInvite" });
export type WatchInvite = z.infer<typeof watchInviteSchema>;
