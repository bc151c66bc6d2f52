import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findPasswordHash, listSessions } from "../../../db/queries/identity.ts";
import { verifyPassword } from "../../../platform/identity/password.ts";
import {
  changePasswordSchema,
  doneSchema,
  forgotPasswordSchema,
  resetPasswordSchema,
  verifyEmailSchema,
} from "../../../protocol/identity/account.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { countRequest, rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { accountKey } from "../account-key.ts";
import { identityContext, revokeCopies } from "../context.ts";
import type { DataOwner } from "../data-owner.ts";
import { requireUser } from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";
import { ownPages } from "../origin.ts";

const tags = ["accounts"];
const guarded = () => [ownPages, rateLimit("sign_in"), jsonBody({ bytes_max: 4 * 1024 })];

const forgot = createRoute({
  method: "post",
  path: "/v1/auth/password/forgot",
  tags,
  summary: "Ask for a link that resets the password",
  description: "The answer is the same whether or not there is such an account.",
  middleware: guarded(),
  request: { body: body(forgotPasswordSchema) },
  responses: {
    200: answer("Taken note of", doneSchema),
    ...problems(400, 403, 413, 415, 429, 503),
  },
});

const reset = createRoute({
  method: "post",
  path: "/v1/auth/password/reset",
  tags,
  summary: "Choose a new password with the link's token",
  description: "Ends all sessions of the account.",
  middleware: guarded(),
  request: { body: body(resetPasswordSchema) },
  responses: {
    200: answer("The new password is good", doneSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const change = createRoute({
  method: "post",
  path: "/v1/auth/password/change",
  tags,
  summary: "Change one's password",
  description: "Ends all other sessions; the caller gets a new one.",
  middleware: guarded(),
  request: { body: body(changePasswordSchema) },
  responses: {
    200: answer("The new password is good", doneSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const sendVerification = createRoute({
  method: "post",
  path: "/v1/auth/email/send",
  tags,
  summary: "Ask again for the link that confirms one's address",
  middleware: [ownPages, rateLimit("anonymous")],
  responses: { 200: answer("On its way", doneSchema), ...problems(401, 403, 429, 503) },
});

const verifyEmail = createRoute({
  method: "post",
  path: "/v1/auth/email/verify",
  tags,
  summary: "Confirm one's address with the link's token",
  middleware: guarded(),
  request: { body: body(verifyEmailSchema) },
  responses: {
    200: answer("The address is confirmed", doneSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

const done = { done: true } as const;

/** Passwords and addresses: what goes by mail, and the change of a password. */
export function passwordRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(forgot, async (c) => {
      requireMailer(c);
      const { email } = c.req.valid("json");
      await countRequest(c, "mail", await accountKey(email));
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () =>
        api.requestPasswordReset({ body: { email }, headers, returnHeaders: true }),
      );
      return c.json(done, 200);
    })
    .openapi(reset, async (c) => {
      await resetPassword(c, owners, c.req.valid("json"));
      return c.json(done, 200);
    })
    .openapi(change, async (c) => {
      const { current, password } = c.req.valid("json");
      const { user } = await requireUser(c, "account");
      await countRequest(c, "sign_in_account", await accountKey(user.email ?? user.id));
      await checkPassword(c, user.id, current);
      await revokeAllCopies(c, user.id);
      const { api } = libraryOf(c, owners);
      await callLibrary(c, () =>
        api.changePassword({
          body: { currentPassword: current, newPassword: password, revokeOtherSessions: true },
          headers: c.req.raw.headers,
          returnHeaders: true,
        }),
      );
      return c.json(done, 200);
    })
    .openapi(sendVerification, async (c) => {
      requireMailer(c);
      const { email, emailVerified } = (await requireUser(c, "account")).user;
      if (email === null || emailVerified) return c.json(done, 200);
      await countRequest(c, "mail", await accountKey(email));
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () =>
        api.sendVerificationEmail({ body: { email }, headers, returnHeaders: true }),
      );
      return c.json(done, 200);
    })
    .openapi(verifyEmail, async (c) => {
      const { token } = c.req.valid("json");
      const { api } = libraryOf(c, owners);
      const { headers } = c.req.raw;
      await callLibrary(c, () =>
        api.verifyEmail({ query: { token }, headers, returnHeaders: true }),
      );
      return c.json(done, 200);
    });
}

function requireMailer(c: Context<AppEnv>): void {
  if (identityContext(c).mailer === undefined)
    throw new ProblemError("unavailable", {
      detail: "mail is not set up here",
      retryAfter_s: 3_600,
    });
}

/** @throws ProblemError `credentials_invalid`, also for those who have no password */
export async function checkPassword(c: Context<AppEnv>, userId: string, password: string) {
  const hash = await queried(() => findPasswordHash(c.var.services.db, userId));
  if (hash === undefined || !(await verifyPassword(hash, password)))
    throw new ProblemError("credentials_invalid");
}

/** Makes sure that copies of a person's sessions are not believed any more, this one's neither. */
async function revokeAllCopies(c: Context<AppEnv>, userId: string): Promise<void> {
  const sessions = await queried(() => listSessions(c.var.services.db, userId));
  const tokens = sessions.map(({ token }) => token);
  await revokeCopies(identityContext(c).sessionCopies, tokens);
}

async function resetPassword(
  c: Context<AppEnv>,
  owners: readonly DataOwner[],
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  const library = libraryOf(c, owners);
  const userId = await queried(() => library.userOfResetToken(token));
  if (userId === undefined) throw new ProblemError("token_invalid");
  await revokeAllCopies(c, userId);
  await callLibrary(c, () =>
    library.api.resetPassword({
      body: { token, newPassword: password },
      headers: c.req.raw.headers,
      returnHeaders: true,
    }),
  );
}
