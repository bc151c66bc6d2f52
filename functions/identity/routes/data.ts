import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findErasureReceipt, findUser } from "../../../db/queries/identity.ts";
import {
  type ErasureReceipt,
  eraseSchema,
  erasureReceiptSchema,
} from "../../../protocol/identity/account.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { countRequest, rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { accountKey } from "../account-key.ts";
import { identityContext, revokeCopies } from "../context.ts";
import type { DataOwner } from "../data-owner.ts";
import { eraseWithReceipt, hasPassword, secretsOf, subjectOf } from "../erase.ts";
import { exportStream, exportTables } from "../export.ts";
import { requireUser, type UserIdentity } from "../identify.ts";
import { checkPassword } from "./password.ts";
import { expireCookies } from "./sign-in.ts";

const tags = ["me"];
/** Whoever signed in less long ago need not say the password again. */
const fresh_ms = 600_000;

const exportSchema = z
  .object({
    format: z.literal("offrail-export-1"),
    exportedAt: z.iso.datetime(),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  })
  .meta({ id: "Export" });

const exportMe = createRoute({
  method: "get",
  path: "/v1/me/export",
  tags,
  summary: "Everything that is kept of me, as JSON",
  description: "Streamed. Passwords, tokens and keys are not in it: nobody can read them.",
  middleware: [rateLimit("account_export")],
  responses: { 200: answer("All rows, by table", exportSchema), ...problems(401, 403, 429, 503) },
});

const eraseMe = createRoute({
  method: "post",
  path: "/v1/me/erase",
  tags,
  summary: "Erase me and everything that is kept of me",
  description:
    "At once and for good, in one transaction. Of games, what is too much for one goes behind it, and the receipt then counts it as well. It takes the password, or a session less than ten minutes old. Sessions and API keys end first.",
  middleware: [rateLimit("sign_in"), jsonBody({ bytes_max: 4 * 1024 })],
  request: { body: body(eraseSchema) },
  responses: {
    200: answer("What was erased", erasureReceiptSchema),
    ...problems(400, 401, 403, 409, 413, 415, 429, 503),
  },
});

const getReceipt = createRoute({
  method: "get",
  path: "/v1/erasures/{id}",
  tags,
  summary: "The receipt of an erasure",
  description: "Its id is known to whoever was erased, and says nothing about them.",
  middleware: [rateLimit("anonymous")],
  request: { params: z.object({ id: identityIdSchema }) },
  responses: {
    200: answer("The receipt", erasureReceiptSchema),
    ...problems(400, 404, 429, 503),
  },
});

/** What people may do with all of their data: take it along, and have it forgotten. */
export function dataRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(exportMe, async (c) => {
      const { user } = await requireUser(c);
      const { db, now_ms } = c.var.services;
      const row = await queried(() => findUser(db, user.id));
      if (row === undefined) throw new ProblemError("sign_in_required");
      const stream = exportStream(exportTables(db, owners, row), new Date(now_ms()));
      c.header("Content-Disposition", 'attachment; filename="offrail-export.json"');
      c.header("Content-Type", "application/json");
      // Typed as its schema says, though it is written piece by piece.
      return c.body(stream, 200) as never;
    })
    .openapi(eraseMe, async (c) => c.json(await forget(c, owners, c.req.valid("json")), 200))
    .openapi(getReceipt, async (c) => {
      const { id } = c.req.valid("param");
      const row = await queried(() => findErasureReceipt(c.var.services.db, id));
      if (row === undefined) throw new ProblemError("not_found");
      return c.json({ id, erasedAt: row.erasedAt.toISOString(), rows: row.rows ?? {} }, 200);
    });
}

async function forget(
  c: Context<AppEnv>,
  owners: readonly DataOwner[],
  { password }: { readonly password?: string | undefined },
): Promise<ErasureReceipt> {
  const identity = await requireUser(c);
  await confirm(c, identity, password);
  const { db, now_ms } = c.var.services;
  const { origin, sessionCopies, keyCopies, inBackground } = identityContext(c);
  const subject = await subjectOf(db, identity.user.id);
  const { tokens, keyHashes } = await secretsOf(db, subject);
  await revokeCopies(keyCopies, keyHashes);
  await revokeCopies(sessionCopies, tokens);
  const { receipt, noted } = await eraseWithReceipt(db, owners, subject, now_ms());
  inBackground(noted);
  expireCookies(c, origin);
  return receipt;
}

/** Makes sure that it is the person, and not somebody at a browser left open. */
async function confirm(
  c: Context<AppEnv>,
  { user, session }: UserIdentity,
  password: string | undefined,
): Promise<void> {
  if (password !== undefined) {
    await countRequest(c, "sign_in_account", await accountKey(user.email ?? user.id));
    await checkPassword(c, user.id, password);
    return;
  }
  const { db, now_ms } = c.var.services;
  if (now_ms() - session.createdAt_ms < fresh_ms) return;
  // A guest has no other way to show who they are than the session.
  if (user.guest && !(await hasPassword(db, user.id))) return;
  throw new ProblemError("session_not_fresh", { detail: "say your password to go on" });
}
