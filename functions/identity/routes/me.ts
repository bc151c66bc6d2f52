import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  deleteSessions,
  findUser,
  listOrganizations,
  listSessions,
} from "../../../db/queries/identity.ts";
import type { SessionRow } from "../../../db/schema/identity.ts";
import {
  currentSessionSchema,
  type Me,
  meSchema,
  revokedSchema,
  type Session,
  sessionsSchema,
  signedInSchema,
  type User,
  updateMeSchema,
} from "../../../protocol/identity/account.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { identityLimits } from "../auth.ts";
import { identityContext, revokeCopies } from "../context.ts";
import type { DataOwner } from "../data-owner.ts";
import {
  identify,
  requireIdentity,
  requireUser,
  roleOf,
  type UserIdentity,
  userOf,
} from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";
import { organizationOf } from "../organization-view.ts";

const tags = ["me"];
const day_ms = 86_400_000;

const getMe = createRoute({
  method: "get",
  path: "/v1/me",
  tags,
  summary: "Who I am",
  description:
    "Also extends a session in use, once a day. A person's API key needs the scope account:read.",
  middleware: [rateLimit("signed_in")],
  responses: { 200: answer("Who asks", meSchema), ...problems(401, 403, 429, 503) },
});

const getSession = createRoute({
  method: "get",
  path: "/v1/auth/session",
  tags,
  summary: "Who is signed in here, if anybody is",
  description: "As /v1/me, but to be signed out is no error. For pages.",
  middleware: [rateLimit("signed_in")],
  responses: { 200: answer("Who, or null", currentSessionSchema), ...problems(401, 403, 429, 503) },
});

const updateMe = createRoute({
  method: "post",
  path: "/v1/me",
  tags,
  summary: "Change my name",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 })],
  request: { body: body(updateMeSchema) },
  responses: {
    200: answer("Who I am now", signedInSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const getSessions = createRoute({
  method: "get",
  path: "/v1/me/sessions",
  tags,
  summary: "Where I am signed in",
  middleware: [rateLimit("signed_in")],
  responses: { 200: answer("Every session", sessionsSchema), ...problems(401, 403, 429, 503) },
});

const revokeSession = createRoute({
  method: "post",
  path: "/v1/me/sessions/{id}/revoke",
  tags,
  summary: "End one of my sessions, at once",
  middleware: [rateLimit("account_write")],
  request: { params: z.object({ id: identityIdSchema }) },
  responses: {
    200: answer("How many ended", revokedSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const revokeOthers = createRoute({
  method: "post",
  path: "/v1/me/sessions/revoke-others",
  tags,
  summary: "End all of my sessions but this one, at once",
  middleware: [rateLimit("account_write")],
  responses: { 200: answer("How many ended", revokedSchema), ...problems(401, 403, 429, 503) },
});

/** What people see and change of themselves. */
export function meRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(getMe, async (c) => c.json(await whoAmI(c, owners), 200))
    .openapi(getSession, async (c) => {
      const me = (await identify(c)) === undefined ? null : await whoAmI(c, owners);
      return c.json({ me }, 200);
    })
    .openapi(updateMe, async (c) => {
      const { user } = await requireUser(c);
      const { name } = c.req.valid("json");
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () => api.updateUser({ body: { name }, headers, returnHeaders: true }));
      return c.json({ user: { ...user, name } }, 200);
    })
    .openapi(getSessions, async (c) => {
      const { user, session } = await requireUser(c);
      const rows = await queried(() => listSessions(c.var.services.db, user.id));
      return c.json({ sessions: rows.map((row) => sessionOf(row, session.id)) }, 200);
    })
    .openapi(revokeOthers, async (c) => {
      const identity = await requireUser(c);
      const revoked = await endSessions(c, identity, ({ id }) => id !== identity.session.id);
      return c.json({ revoked }, 200);
    })
    .openapi(revokeSession, async (c) => {
      const identity = await requireUser(c);
      const { id } = c.req.valid("param");
      const revoked = await endSessions(c, identity, (row) => row.id === id);
      if (revoked === 0) throw new ProblemError("not_found");
      return c.json({ revoked }, 200);
    });
}

async function whoAmI(c: Context<AppEnv>, owners: readonly DataOwner[]): Promise<Me> {
  const identity = await requireIdentity(c, "account:read");
  const { db } = c.var.services;
  let user: User;
  if (identity.type === "user") {
    user = identity.user;
    await extendSession(c, owners, identity);
  } else {
    if (identity.owner.type === "organization")
      throw new ProblemError("not_allowed", { detail: "this key is not a person's" });
    const row = await queried(() => findUser(db, identity.owner.id));
    if (row === undefined) throw new ProblemError("token_invalid");
    user = userOf(row);
  }
  const rows = user.guest ? [] : await queried(() => listOrganizations(db, user.id));
  const organizations = rows.map(({ organization, role }) => ({
    ...organizationOf(organization),
    role: roleOf(role),
  }));
  // A key acts for its person in what its scopes name, and running the house is no scope.
  const operator = identity.type === "user" && identity.operator;
  return { user, operator, organizations, sendsMail: identityContext(c).mailer !== undefined };
}

/** The library extends a session that is a day older than its last extension, and sets its cookie. */
async function extendSession(
  c: Context<AppEnv>,
  owners: readonly DataOwner[],
  { session }: UserIdentity,
): Promise<void> {
  const left_ms = session.expiresAt_ms - c.var.services.now_ms();
  // A session that is not remembered never has more than a day, and is never extended.
  if (left_ms <= day_ms || left_ms > identityLimits.session_s * 1000 - day_ms) return;
  const { api } = libraryOf(c, owners);
  const { headers } = c.req.raw;
  await callLibrary(c, () => api.getSession({ headers, returnHeaders: true }));
}

/** @returns how many ended */
async function endSessions(
  c: Context<AppEnv>,
  { user }: UserIdentity,
  which: (row: SessionRow) => boolean,
): Promise<number> {
  const { db } = c.var.services;
  const rows = (await queried(() => listSessions(db, user.id))).filter(which);
  const tokens = rows.map(({ token }) => token);
  await revokeCopies(identityContext(c).sessionCopies, tokens);
  await queried(() => deleteSessions(db, user.id, tokens));
  return tokens.length;
}

function sessionOf(row: SessionRow, currentId: string): Session {
  return {
    id: row.id,
    current: row.id === currentId,
    ipAddress: row.ipAddress || null,
    userAgent: row.userAgent || null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
