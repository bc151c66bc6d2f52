import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findOrganization, listApiKeys } from "../../../db/queries/identity.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import {
  changeRoleSchema,
  createOrganizationSchema,
  invitationSchema,
  inviteSchema,
  type OrganizationDetail,
  organizationDetailSchema,
  organizationOfUserSchema,
  reaches,
} from "../../../protocol/identity/organization.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { countRequest, rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { accountKey } from "../account-key.ts";
import { identityContext, revokeCopies } from "../context.ts";
import type { DataOwner } from "../data-owner.ts";
import { erase } from "../erase.ts";
import { requireUser, roleOf } from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";
import { organizationOf } from "../organization-view.ts";

const tags = ["organizations"];
const params = z.object({ id: identityIdSchema });
const memberParams = params.extend({ memberId: identityIdSchema });
const writing = () => [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 })];
const failures = problems(400, 401, 403, 404, 409, 413, 415, 429, 503);

const createOrganization = createRoute({
  method: "post",
  path: "/v1/organizations",
  tags,
  summary: "Make an organization: a shop, a studio, a business",
  middleware: writing(),
  request: { body: body(createOrganizationSchema) },
  responses: { 201: answer("The organization", organizationOfUserSchema), ...failures },
});

const getOrganization = createRoute({
  method: "get",
  path: "/v1/organizations/{id}",
  tags,
  summary: "An organization and its members",
  middleware: [rateLimit("signed_in")],
  request: { params },
  responses: {
    200: answer("The organization", organizationDetailSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const deleteOrganization = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/delete",
  tags,
  summary: "Delete an organization and what it has",
  description: "Owners alone. Its API keys are revoked at once.",
  middleware: [rateLimit("account_write")],
  request: { params },
  responses: { 200: answer("It is gone", doneSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

const leaveOrganization = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/leave",
  tags,
  summary: "Leave an organization",
  middleware: [rateLimit("account_write")],
  request: { params },
  responses: { 200: answer("Left", doneSchema), ...problems(400, 401, 403, 404, 409, 429, 503) },
});

const changeRole = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/members/{memberId}/role",
  tags,
  summary: "Change a member's role",
  middleware: writing(),
  request: { params: memberParams, body: body(changeRoleSchema) },
  responses: { 200: answer("Changed", doneSchema), ...failures },
});

const removeMember = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/members/{memberId}/remove",
  tags,
  summary: "Remove a member",
  middleware: [rateLimit("account_write")],
  request: { params: memberParams },
  responses: {
    200: answer("Removed", doneSchema),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
});

const invite = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/invitations",
  tags,
  summary: "Invite somebody by their address",
  description: "An invitation to the same address before this one is withdrawn.",
  middleware: writing(),
  request: { params, body: body(inviteSchema) },
  responses: { 201: answer("The invitation", invitationSchema), ...failures },
});

const cancelInvitation = createRoute({
  method: "post",
  path: "/v1/organizations/{id}/invitations/{invitationId}/cancel",
  tags,
  summary: "Withdraw an invitation",
  middleware: [rateLimit("account_write")],
  request: { params: params.extend({ invitationId: identityIdSchema }) },
  responses: {
    200: answer("Withdrawn", doneSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const done = { done: true } as const;

/** Tenants: organizations, their members and whom they invite. */
export function organizationRoutes(owners: readonly DataOwner[]) {
  /** What the library is given with every call: the caller's cookie, and that we want its headers. */
  const asked = (c: Context<AppEnv>) => ({
    headers: c.req.raw.headers,
    returnHeaders: true as const,
  });
  return createModule()
    .openapi(createOrganization, async (c) => {
      await requireUser(c, "account");
      const input = c.req.valid("json");
      const { api } = libraryOf(c, owners);
      const made = await callLibrary(c, () =>
        api.createOrganization({
          body: { ...input, keepCurrentActiveOrganization: true },
          ...asked(c),
        }),
      );
      const { id, createdAt } = made;
      return c.json(
        { id, ...input, createdAt: createdAt.toISOString(), role: "owner" as const },
        201,
      );
    })
    .openapi(getOrganization, async (c) => c.json(await detailOf(c, c.req.valid("param").id), 200))
    .openapi(deleteOrganization, async (c) => {
      const { id } = c.req.valid("param");
      const { role } = await detailOf(c, id);
      if (role !== "owner") throw new ProblemError("not_allowed", { detail: "owners alone may" });
      const keys = await queried(() => listApiKeys(c.var.services.db, [id]));
      await revokeCopies(
        identityContext(c).keyCopies,
        keys.map(({ key }) => key),
      );
      await queried(() =>
        erase(c.var.services.db, owners, { userId: undefined, organizationIds: [id] }),
      );
      return c.json(done, 200);
    })
    .openapi(leaveOrganization, async (c) => {
      await requireUser(c, "account");
      const { api } = libraryOf(c, owners);
      const body = { organizationId: c.req.valid("param").id };
      await callLibrary(c, () => api.leaveOrganization({ body, ...asked(c) }));
      return c.json(done, 200);
    })
    .openapi(changeRole, async (c) => {
      await requireUser(c, "account");
      const { id, memberId } = c.req.valid("param");
      const { api } = libraryOf(c, owners);
      const body = { organizationId: id, memberId, role: c.req.valid("json").role };
      await callLibrary(c, () => api.updateMemberRole({ body, ...asked(c) }));
      return c.json(done, 200);
    })
    .openapi(removeMember, async (c) => {
      await requireUser(c, "account");
      const { id, memberId } = c.req.valid("param");
      const { api } = libraryOf(c, owners);
      const body = { organizationId: id, memberIdOrEmail: memberId };
      await callLibrary(c, () => api.removeMember({ body, ...asked(c) }));
      return c.json(done, 200);
    })
    .openapi(invite, async (c) => {
      await requireUser(c, "account");
      const { email, role } = c.req.valid("json");
      if (identityContext(c).mailer !== undefined)
        await countRequest(c, "mail", await accountKey(email));
      const { api } = libraryOf(c, owners);
      const body = { email, role, organizationId: c.req.valid("param").id };
      const made = await callLibrary(c, () => api.createInvitation({ body, ...asked(c) }));
      return c.json({ id: made.id, email, role, expiresAt: made.expiresAt.toISOString() }, 201);
    })
    .openapi(cancelInvitation, async (c) => {
      const { id, invitationId } = c.req.valid("param");
      const { invitations } = await detailOf(c, id);
      if (!invitations.some((open) => open.id === invitationId))
        throw new ProblemError("not_found");
      const { api } = libraryOf(c, owners);
      await callLibrary(c, () => api.cancelInvitation({ body: { invitationId }, ...asked(c) }));
      return c.json(done, 200);
    });
}

/** An organization as one of its members may see it; others learn not even that it exists. */
async function detailOf(c: Context<AppEnv>, id: string): Promise<OrganizationDetail> {
  const { user } = await requireUser(c, "account");
  const found = await queried(() => findOrganization(c.var.services.db, id));
  const mine = found?.members.find(({ member }) => member.userId === user.id);
  if (found === undefined || mine === undefined) throw new ProblemError("not_found");
  const role = roleOf(mine.member.role);
  return {
    ...organizationOf(found.organization),
    role,
    members: found.members.map(({ member, name, email }) => ({
      id: member.id,
      userId: member.userId,
      name,
      email,
      role: roleOf(member.role),
      createdAt: member.createdAt.toISOString(),
    })),
    invitations: reaches(role, "admin")
      ? found.invitations.map((open) => ({
          id: open.id,
          email: open.email,
          role: roleOf(open.role ?? "member"),
          expiresAt: open.expiresAt.toISOString(),
        }))
      : [],
  };
}
