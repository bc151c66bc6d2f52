import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  countApiKeys,
  deleteApiKey,
  findApiKey,
  listApiKeys,
} from "../../../db/queries/identity.ts";
import type { ApiKeyRow } from "../../../db/schema/identity.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import {
  type ApiKey,
  apiKeysSchema,
  type CreateApiKey,
  type CreatedApiKey,
  createApiKeySchema,
  createdApiKeySchema,
} from "../../../protocol/identity/api-key.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import { permissionsOf, scopesOf } from "../../../protocol/identity/scope.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { identityLimits } from "../auth.ts";
import { identityContext, revokeCopies } from "../context.ts";
import type { DataOwner } from "../data-owner.ts";
import { keptScopes, requireRole, requireUser } from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";

const tags = ["keys"];
const day_s = 86_400;
/** Whoever may manage an organization may manage its keys. Keys themselves may not, whatever their scopes. */
const manager = { role: "admin", scope: "account:read" } as const;

const getKeys = createRoute({
  method: "get",
  path: "/v1/keys",
  tags,
  summary: "API keys, mine or an organization's",
  middleware: [rateLimit("signed_in")],
  request: { query: z.object({ organizationId: identityIdSchema.optional() }) },
  responses: { 200: answer("Every key", apiKeysSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

const createKey = createRoute({
  method: "post",
  path: "/v1/keys",
  tags,
  summary: "Make an API key",
  description: "The key itself is in this answer and nowhere else: only its hash is kept.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 })],
  request: { body: body(createApiKeySchema) },
  responses: {
    201: answer("The key", createdApiKeySchema),
    ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

const revokeKey = createRoute({
  method: "post",
  path: "/v1/keys/{id}/revoke",
  tags,
  summary: "Revoke an API key, at once and for good",
  middleware: [rateLimit("account_write")],
  request: { params: z.object({ id: identityIdSchema }) },
  responses: {
    200: answer("It opens nothing any more", doneSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** Keys of programs. */
export function keyRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(getKeys, async (c) => {
      const { user } = await requireUser(c, "account");
      const { organizationId } = c.req.valid("query");
      if (organizationId !== undefined) await requireRole(c, organizationId, manager);
      const { db } = c.var.services;
      const rows = await queried(() => listApiKeys(db, [organizationId ?? user.id]));
      return c.json({ keys: rows.map(keyOf) }, 200);
    })
    .openapi(createKey, async (c) => c.json(await makeKey(c, owners, c.req.valid("json")), 201))
    .openapi(revokeKey, async (c) => {
      await dropKey(c, c.req.valid("param").id);
      return c.json({ done: true as const }, 200);
    });
}

async function makeKey(
  c: Context<AppEnv>,
  owners: readonly DataOwner[],
  { name, scopes, organizationId, expiresIn_days }: CreateApiKey,
): Promise<CreatedApiKey> {
  const { user } = await requireUser(c, "account");
  if (organizationId !== undefined) await requireRole(c, organizationId, manager);
  const ownerId = organizationId ?? user.id;
  if ((await queried(() => countApiKeys(c.var.services.db, ownerId))) >= identityLimits.keysOfOwner)
    throw new ProblemError("limit_reached", {
      detail: `at most ${identityLimits.keysOfOwner} keys; revoke one first`,
    });
  const { api } = libraryOf(c, owners);
  const made = await callLibrary(c, () =>
    api.createApiKey({
      body: {
        configId: organizationId === undefined ? "user" : "organization",
        userId: ownerId,
        name,
        permissions: permissionsOf(scopes),
        ...(expiresIn_days === undefined ? {} : { expiresIn: expiresIn_days * day_s }),
      },
      returnHeaders: true,
    }),
  );
  return {
    key: made.key,
    info: {
      id: made.id,
      name,
      start: made.start ?? "",
      scopes: scopesOf(permissionsOf(scopes)),
      organizationId: organizationId ?? null,
      createdAt: made.createdAt.toISOString(),
      expiresAt: made.expiresAt?.toISOString() ?? null,
      lastUsedAt: null,
    },
  };
}

async function dropKey(c: Context<AppEnv>, id: string): Promise<void> {
  const { user } = await requireUser(c, "account");
  const { db } = c.var.services;
  const row = await queried(() => findApiKey(db, id));
  if (row === undefined) throw new ProblemError("not_found");
  if (row.configId === "organization") await requireRole(c, row.referenceId, manager);
  else if (row.referenceId !== user.id) throw new ProblemError("not_found");
  await revokeCopies(identityContext(c).keyCopies, [row.key]);
  if (!(await queried(() => deleteApiKey(db, id)))) throw new ProblemError("not_found");
}

function keyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name ?? "",
    start: row.start ?? "",
    scopes: keptScopes(row.permissions),
    organizationId: row.configId === "organization" ? row.referenceId : null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastRequest?.toISOString() ?? null,
  };
}
