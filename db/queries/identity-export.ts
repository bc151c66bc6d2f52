import { and, asc, eq, gt, or } from "drizzle-orm";
import type { Db } from "../client.ts";
import {
  account,
  apiKey,
  invitation,
  member,
  organization,
  session,
  user,
} from "../schema/identity.ts";

/**
 * Pages of what accounts keep of a person, by table, without secrets: no tokens, no hashes. Each is
 * ordered by id, and starts behind one.
 */
export function exportPages(db: Db, userId: string, email: string) {
  return {
    user: (after: string, limit: number) =>
      db
        .select()
        .from(user)
        .where(and(eq(user.id, userId), gt(user.id, after)))
        .limit(limit),
    account: (after: string, limit: number) =>
      db
        .select({
          id: account.id,
          providerId: account.providerId,
          createdAt: account.createdAt,
          updatedAt: account.updatedAt,
        })
        .from(account)
        .where(and(eq(account.userId, userId), gt(account.id, after)))
        .orderBy(asc(account.id))
        .limit(limit),
    session: (after: string, limit: number) =>
      db
        .select({
          id: session.id,
          ipAddress: session.ipAddress,
          userAgent: session.userAgent,
          createdAt: session.createdAt,
          updatedAt: session.updatedAt,
          expiresAt: session.expiresAt,
        })
        .from(session)
        .where(and(eq(session.userId, userId), gt(session.id, after)))
        .orderBy(asc(session.id))
        .limit(limit),
    member: (after: string, limit: number) =>
      db
        .select({
          id: member.id,
          role: member.role,
          createdAt: member.createdAt,
          organizationId: organization.id,
          organizationName: organization.name,
        })
        .from(member)
        .innerJoin(organization, eq(organization.id, member.organizationId))
        .where(and(eq(member.userId, userId), gt(member.id, after)))
        .orderBy(asc(member.id))
        .limit(limit),
    invitation: (after: string, limit: number) =>
      db
        .select()
        .from(invitation)
        .where(
          and(
            or(eq(invitation.inviterId, userId), eq(invitation.email, email)),
            gt(invitation.id, after),
          ),
        )
        .orderBy(asc(invitation.id))
        .limit(limit),
    api_key: (after: string, limit: number) =>
      db
        .select({
          id: apiKey.id,
          name: apiKey.name,
          start: apiKey.start,
          permissions: apiKey.permissions,
          createdAt: apiKey.createdAt,
          expiresAt: apiKey.expiresAt,
          lastRequest: apiKey.lastRequest,
        })
        .from(apiKey)
        .where(and(eq(apiKey.referenceId, userId), gt(apiKey.id, after)))
        .orderBy(asc(apiKey.id))
        .limit(limit),
  };
}
