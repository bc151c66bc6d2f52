import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findInvitation } from "../../../db/queries/identity.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import { invitationToMeSchema } from "../../../protocol/identity/organization.ts";
import { type AppEnv, answer, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import type { DataOwner } from "../data-owner.ts";
import { requireUser, roleOf } from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";

const tags = ["organizations"];
const params = z.object({ id: identityIdSchema });

const getInvitation = createRoute({
  method: "get",
  path: "/v1/invitations/{id}",
  tags,
  summary: "What I am invited to",
  description: "For the one whose address was invited; others learn nothing.",
  middleware: [rateLimit("signed_in")],
  request: { params },
  responses: {
    200: answer("The invitation", invitationToMeSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const accept = createRoute({
  method: "post",
  path: "/v1/invitations/{id}/accept",
  tags,
  summary: "Become a member",
  middleware: [rateLimit("account_write")],
  request: { params },
  responses: {
    200: answer("A member now", doneSchema),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
});

const reject = createRoute({
  method: "post",
  path: "/v1/invitations/{id}/reject",
  tags,
  summary: "Say no to an invitation",
  middleware: [rateLimit("account_write")],
  request: { params },
  responses: {
    200: answer("It is withdrawn", doneSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const done = { done: true } as const;

/** The other side of an invitation: the one who is invited. */
export function invitationRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(getInvitation, async (c) => {
      const { invitation, organizationName } = await openToMe(c, c.req.valid("param").id);
      const { id, role, expiresAt } = invitation;
      return c.json(
        {
          id,
          organizationName,
          role: roleOf(role ?? "member"),
          expiresAt: expiresAt.toISOString(),
        },
        200,
      );
    })
    .openapi(accept, async (c) => {
      const { id } = c.req.valid("param");
      await openToMe(c, id);
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () =>
        api.acceptInvitation({ body: { invitationId: id }, headers, returnHeaders: true }),
      );
      return c.json(done, 200);
    })
    .openapi(reject, async (c) => {
      const { id } = c.req.valid("param");
      await openToMe(c, id);
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () =>
        api.rejectInvitation({ body: { invitationId: id }, headers, returnHeaders: true }),
      );
      return c.json(done, 200);
    });
}

/** @throws ProblemError `not_found` unless it is open and addressed to the caller */
async function openToMe(c: Context<AppEnv>, id: string) {
  const { user } = await requireUser(c, "account");
  const found = await queried(() => findInvitation(c.var.services.db, id));
  if (found === undefined || found.invitation.email !== user.email)
    throw new ProblemError("not_found");
  return found;
}
