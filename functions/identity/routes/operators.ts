import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { deleteSessions, listSessions } from "../../../db/queries/identity.ts";
import {
  findAccountByEmail,
  listOperators,
  operators_max,
  setOperator,
} from "../../../db/queries/identity-operator.ts";
import type { UserRow } from "../../../db/schema/identity.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import {
  addOperatorSchema,
  type Operator,
  operatorSchema,
  operatorsSchema,
} from "../../../protocol/identity/operator.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { identityContext, revokeCopies } from "../context.ts";
import { byAccountOrToken, operatorsOnly } from "../operator.ts";

const tags = ["operators"];
const security = [{ bearer: [] }];
const guard = operatorsOnly(byAccountOrToken);

const getOperators = createRoute({
  method: "get",
  path: "/v1/operators",
  tags,
  security,
  summary: "Who runs this deployment",
  middleware: [rateLimit("signed_in"), guard],
  responses: { 200: answer("Everybody", operatorsSchema), ...problems(401, 403, 429, 503) },
});

const addOperator = createRoute({
  method: "post",
  path: "/v1/operators",
  tags,
  security,
  summary: "Make an account an operator's",
  description:
    "The first one is made with `OPS_TOKEN`. Where mail is sent, the address must have been confirmed.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 }), guard],
  request: { body: body(addOperatorSchema) },
  responses: {
    200: answer("The operator", operatorSchema),
    ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

const removeOperator = createRoute({
  method: "post",
  path: "/v1/operators/{id}/remove",
  tags,
  security,
  summary: "Make an account an ordinary one again",
  description: "All its sessions end, so that it holds at once.",
  middleware: [rateLimit("account_write"), guard],
  request: { params: z.object({ id: identityIdSchema }) },
  responses: {
    200: answer("It is an ordinary account", doneSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** Those who run the deployment, by account. */
export const operatorRoutes = createModule()
  .openapi(getOperators, async (c) => {
    const rows = await queried(() => listOperators(c.var.services.db));
    return c.json({ operators: rows.map(operatorOf) }, 200);
  })
  .openapi(addOperator, async (c) =>
    c.json(operatorOf(await promote(c, c.req.valid("json").email)), 200),
  )
  .openapi(removeOperator, async (c) => {
    await demote(c, c.req.valid("param").id);
    return c.json({ done: true as const }, 200);
  });

async function promote(c: Context<AppEnv>, email: string): Promise<UserRow> {
  const { db } = c.var.services;
  const { mailer, sessionCopies } = identityContext(c);
  const row = await queried(() => findAccountByEmail(db, email));
  if (row === undefined)
    throw new ProblemError("not_found", { detail: "there is no account with this address" });
  if (mailer !== undefined && !row.emailVerified)
    throw new ProblemError("not_allowed", { detail: "this address has not been confirmed yet" });
  if ((await queried(() => listOperators(db))).length >= operators_max)
    throw new ProblemError("limit_reached", { detail: `at most ${operators_max} operators` });
  const changed = await queried(() => setOperator(db, row.id, true));
  if (changed === undefined) throw new ProblemError("not_found");
  // Copies of sessions say still that it is none; they are believed for half an hour.
  await sessionCopies.forget(changed.tokens);
  return changed.account;
}

async function demote(c: Context<AppEnv>, userId: string): Promise<void> {
  const { db } = c.var.services;
  const { sessionCopies } = identityContext(c);
  const known = (await queried(() => listSessions(db, userId))).map(({ token }) => token);
  // First of all, for without it nothing else would hold; then for those begun meanwhile.
  await revokeCopies(sessionCopies, known);
  const changed = await queried(() => setOperator(db, userId, false));
  if (changed === undefined) throw new ProblemError("not_found");
  await revokeCopies(
    sessionCopies,
    changed.tokens.filter((token) => !known.includes(token)),
  );
  await queried(() => deleteSessions(db, userId, changed.tokens));
}

function operatorOf({ id, name, email }: UserRow): Operator {
  return { id, name, email };
}
