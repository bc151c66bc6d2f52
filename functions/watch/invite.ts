import { z } from "@hono/zod-openapi";
import {
  signToken,
  type TokenKey,
  tokenExpiry_ms,
  verifyToken,
} from "../../platform/tokens/jwt.ts";
import {
  type createWatchInviteSchema,
  inviteRoleSchema,
  type WatchInvite,
} from "../../protocol/watch/invite.ts";
import { ProblemError } from "../problem.ts";

const audienceOf = (room: string) => `invite:watch/${room}`;
const claimsSchema = z.object({ role: inviteRoleSchema, generation: z.number().int() });

type InviteRole = z.infer<typeof inviteRoleSchema>;

/**
 * Signs an invite. Nothing is kept of it: it is good while the room's generation is the one it was
 * made in, and until it expires.
 */
export async function newInvite(
  room: { readonly id: string; readonly inviteGeneration: number },
  { role, life_s }: z.output<typeof createWatchInviteSchema>,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<WatchInvite> {
  const lifetime = { now_ms, lifetime_ms: life_s * 1000 };
  const claims = { role, generation: room.inviteGeneration };
  const invite = await signToken(claims, audienceOf(room.id), keys, lifetime);
  return { invite, role, expiresAt_ms: tokenExpiry_ms(lifetime) };
}

/**
 * What somebody with this invite is in the room.
 * @throws ProblemError `invite_invalid` when it has expired, was revoked, or is of another room
 */
export async function invitedRole(
  invite: string,
  room: { readonly id: string; readonly inviteGeneration: number },
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<InviteRole> {
  const verified = await verifyToken(invite, audienceOf(room.id), keys, now_ms);
  const claims = verified.ok ? claimsSchema.safeParse(verified.payload).data : undefined;
  if (claims?.generation === room.inviteGeneration) return claims.role;
  throw new ProblemError("invite_invalid", {
    detail: "it has expired or was revoked; ask for a new one, or join without it",
  });
}
