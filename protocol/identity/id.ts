import { z } from "zod";

/** An id of a user, session, organization, member, invitation, key or receipt. */
export const identityIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/** In lower case, as it is kept. At most 254 characters (RFC 5321). */
export const emailSchema = z.email().max(254).toLowerCase();
