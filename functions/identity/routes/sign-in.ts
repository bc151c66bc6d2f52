import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import {
  deleteHalfMadeUser,
  deleteSession,
  isEmailTaken,
  replacePasswordHash,
} from "../../../db/queries/identity.ts";
import { hashPassword } from "../../../platform/identity/password.ts";
import {
  doneSchema,
  guestSchema,
  type SignIn,
  type SignUp,
  signedInSchema,
  signInSchema,
  signUpSchema,
} from "../../../protocol/identity/account.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { countRequest, rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { accountKey } from "../account-key.ts";
import { identityContext } from "../context.ts";
import { cookiePrefix, sessionToken } from "../cookie.ts";
import type { DataOwner } from "../data-owner.ts";
import { identify, userOf } from "../identify.ts";
import { libraryOf } from "../library.ts";
import { callLibrary } from "../library-error.ts";
import { ownPages } from "../origin.ts";

const tags = ["accounts"];
const body_bytes_max = 4 * 1024;

const signUp = createRoute({
  method: "post",
  path: "/v1/auth/sign-up",
  tags,
  summary: "Make an account",
  description:
    "Signs in at once. A guest who signs up keeps everything they made. Where mail is sent, the address gets a link that confirms it.",
  middleware: [ownPages, rateLimit("sign_up"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(signUpSchema) },
  responses: {
    201: answer("The new account; the session is in the cookie", signedInSchema),
    ...problems(400, 403, 409, 413, 415, 429, 503),
  },
});

const signIn = createRoute({
  method: "post",
  path: "/v1/auth/sign-in",
  tags,
  summary: "Sign in",
  description: "A guest who signs in brings along everything they made.",
  middleware: [ownPages, rateLimit("sign_in"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(signInSchema) },
  responses: {
    200: answer("Who signed in; the session is in the cookie", signedInSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const guest = createRoute({
  method: "post",
  path: "/v1/auth/guest",
  tags,
  summary: "Go on as a guest",
  description: "Whoever is signed in already stays who they are.",
  middleware: [ownPages, rateLimit("sign_up"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(guestSchema) },
  responses: {
    200: answer("Who the caller is", signedInSchema),
    ...problems(400, 403, 413, 415, 429, 503),
  },
});

const signOut = createRoute({
  method: "post",
  path: "/v1/auth/sign-out",
  tags,
  summary: "Sign out",
  description: "Ends this session. Whoever has none is signed out already.",
  middleware: [ownPages, rateLimit("anonymous")],
  responses: { 200: answer("Done", doneSchema), ...problems(403, 429, 503) },
});

/** Coming and going: sign-up, sign-in, guests, sign-out. */
export function signInRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .openapi(signUp, async (c) => c.json(await register(c, owners, c.req.valid("json")), 201))
    .openapi(signIn, async (c) => c.json(await enter(c, owners, c.req.valid("json")), 200))
    .openapi(guest, async (c) => {
      const known = await identify(c);
      if (known?.type === "user") return c.json({ user: known.user }, 200);
      const { api } = libraryOf(c, owners, c.req.valid("json").name);
      const headers = await liveHeaders(c);
      const made = await callLibrary(c, () =>
        api.signInAnonymous({ headers, returnHeaders: true }),
      );
      return c.json({ user: userOf({ ...made.user, isAnonymous: true }) }, 200);
    })
    .openapi(signOut, async (c) => {
      await leave(c);
      return c.json({ done: true as const }, 200);
    });
}

/**
 * The request's headers, without the cookie of a session that is over. The library would end that
 * session once more, and with it take back the cookie of the one it has just begun.
 */
async function liveHeaders(c: Context<AppEnv>): Promise<Headers> {
  const headers = new Headers(c.req.raw.headers);
  if ((await identify(c)) === undefined) headers.delete("Cookie");
  return headers;
}

async function register(c: Context<AppEnv>, owners: readonly DataOwner[], input: SignUp) {
  const { db } = c.var.services;
  const headers = await liveHeaders(c);
  const attempt = () =>
    callLibrary(c, () =>
      libraryOf(c, owners).api.signUpEmail({ body: input, headers, returnHeaders: true }),
    );
  try {
    const { user } = await attempt();
    return { user: userOf({ ...user, isAnonymous: false }) };
  } catch (error) {
    const code = error instanceof ProblemError ? error.code : undefined;
    const free =
      code === "account_exists" && (await queried(() => deleteHalfMadeUser(db, input.email)));
    if (free) return { user: userOf({ ...(await attempt()).user, isAnonymous: false }) };
    // Two at once with one address: the library tells the second only that it failed.
    if (code === "unavailable" && (await queried(() => isEmailTaken(db, input.email))))
      throw new ProblemError("account_exists");
    throw error;
  }
}

async function enter(c: Context<AppEnv>, owners: readonly DataOwner[], input: SignIn) {
  await countRequest(c, "sign_in_account", await accountKey(input.email));
  const { email, password, remember = true } = input;
  const { api, outdatedHash } = libraryOf(c, owners);
  const headers = await liveHeaders(c);
  const { user } = await callLibrary(c, () =>
    api.signInEmail({
      body: { email, password, rememberMe: remember },
      headers,
      returnHeaders: true,
    }),
  );
  const old = outdatedHash();
  if (old !== undefined) {
    const { db } = c.var.services;
    const renew = async () => replacePasswordHash(db, user.id, old, await hashPassword(password));
    identityContext(c).inBackground(renew());
  }
  return { user: userOf({ ...user, isAnonymous: false }) };
}

/** Forgets the session everywhere, or where that cannot be, at least in Postgres and this browser. */
async function leave(c: Context<AppEnv>): Promise<void> {
  const { origin, settings, sessionCopies } = identityContext(c);
  const token = await sessionToken(c, origin, settings.AUTH_SECRET.reveal());
  if (token !== undefined) {
    await sessionCopies.revoke([token]);
    await queried(() => deleteSession(c.var.services.db, token));
  }
  expireCookies(c, origin);
}

export function expireCookies(c: Context<AppEnv>, origin: string): void {
  for (const name of ["session_token", "dont_remember"])
    setCookie(c, `${cookiePrefix(origin)}.${name}`, "", {
      path: "/",
      secure: origin.startsWith("https://"),
      httpOnly: true,
      sameSite: "Lax",
      maxAge: 0,
    });
}
