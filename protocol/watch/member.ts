import { z } from "zod";
import { isAtLeast, watchRoleSchema } from "./permissions.ts";

/** Most people a room can be made for. */
export const participants_max = 200;
export const participants_default = 10;

/** Whom a token names; it stays the same from one visit to the next. */
export const memberIdSchema = z.string().regex(/^(?!__proto__$)[A-Za-z0-9_-]{1,32}$/);

/** One person in the room, once, however many tabs are open. */
export const watchMemberSchema = z.object({
  id: memberIdSchema,
  name: z.string().min(1).max(40),
  role: watchRoleSchema,
  /**
   * The line was lost; the place is kept for 30 s. Told with whatever list is sent anyway, so that a
   * short loss troubles nobody.
   */
  away: z.literal(true).optional(),
  /** Typical distance from the room's position, as this person's page last reported it. */
  drift_ms: z.number().nonnegative().optional(),
});
export type WatchMember = z.infer<typeof watchMemberSchema>;

/** The order in which every page shows people: the host, co-hosts, then by name, then by id. */
export function compareMembers(a: WatchMember, b: WatchMember): number {
  if (a.role !== b.role) return isAtLeast(a.role, b.role) ? -1 : 1;
  return compareText(a.name, b.name) || compareText(a.id, b.id);
}

/** By code units, so that two machines never differ. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
