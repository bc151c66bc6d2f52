import { z } from "zod";

/** Who somebody is in a room: one host, co-hosts whom the host named, and viewers. */
export const watchRoleSchema = z.enum(["host", "cohost", "viewer"]);
export type WatchRole = z.infer<typeof watchRoleSchema>;

/** What a room's host can give to roles: each action with the least role that may do it. */
export const permissionsSchema = z
  .object({
    /** Play, pause, seek and speed. */
    control: watchRoleSchema.default("viewer"),
    /** Add to the queue, put it in order, and take things out of it. */
    queue: watchRoleSchema.default("viewer"),
    /** Write in the chat. Reactions are free to everybody. */
    chat: watchRoleSchema.default("viewer"),
    /** Make invite links. */
    invite: watchRoleSchema.default("viewer"),
    /** Put people out, for now or for good; only ever those of a lower role. */
    kick: watchRoleSchema.default("cohost"),
  })
  .meta({ id: "WatchPermissions" });
export type Permissions = z.infer<typeof permissionsSchema>;
export type WatchAction = keyof Permissions;

/** The table of a room whose host has not set any. */
export const defaultPermissions: Permissions = permissionsSchema.parse({});

const ranks: Readonly<Record<WatchRole, number>> = { viewer: 0, cohost: 1, host: 2 };

/** Whether a role is at least another. */
export function isAtLeast(role: WatchRole, least: WatchRole): boolean {
  return ranks[role] >= ranks[least];
}

/** Whether somebody of this role may do this in a room with this table. The host always may. */
export function mayDo(role: WatchRole, action: WatchAction, table: Permissions): boolean {
  return isAtLeast(role, table[action]);
}
