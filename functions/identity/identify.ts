import { defaultKeyHasher } from "@better-auth/api-key";
import type { Context } from "hono";
import { z } from "zod";
import { findRole, useApiKey } from "../../db/queries/identity.ts";
import { Personal } from "../../platform/redact/personal.ts";
import type { User } from "../../protocol/identity/account.ts";
import { apiKeyPattern, apiKeyPrefix } from "../../protocol/identity/api-key.ts";
import { type Role, reaches, roleSchema } from "../../protocol/identity/organization.ts";
import { type Scope, scopeSchema, scopesOf } from "../../protocol/identity/scope.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { identityContext } from "./context.ts";
import { sessionToken } from "./cookie.ts";
import { checkOrigin } from "./origin.ts";
import type { StoredSession } from "./session-store.ts";

/** A person with a session: an account, or a guest. */
export interface UserIdentity {
  readonly type: "user";
  readonly user: User;
  /** Whether this person runs the deployment. */
  readonly operator: boolean;
  readonly session: {
    readonly id: string;
    /** The session's secret: for ending it, never for an answer or a log. */
    readonly token: string;
    readonly createdAt_ms: number;
    readonly expiresAt_ms: number;
  };
}

/** A program with an API key, which is a person's or an organization's. */
export interface KeyIdentity {
  readonly type: "key";
  readonly keyId: string;
  readonly owner: { readonly type: "user" | "organization"; readonly id: string };
  readonly scopes: readonly Scope[];
}

export type Identity = UserIdentity | KeyIdentity;

const identities = new WeakMap<Context<AppEnv>, Promise<Identity | undefined>>();

/**
 * Who is asking: by an API key (`Authorization: Bearer off_...` or `X-Api-Key`), or else by the
 * session's cookie; undefined for everybody else. Asks Redis first and Postgres when Redis does not
 * know, at most once for each request. A request that changes something and is signed by a cookie
 * must come from our own pages.
 * @throws ProblemError `token_invalid` for a key that is not good (any more); `not_allowed` for a
 *   request forged by another site; `unavailable`
 */
export function identify(c: Context<AppEnv>): Promise<Identity | undefined> {
  let identity = identities.get(c);
  if (identity === undefined) {
    identity = findIdentity(c).then((found) => {
      if (found !== undefined) c.set("account", new Personal(accountOf(found)));
      return found;
    });
    identities.set(c, identity);
  }
  return identity;
}

/** Whose request it is in the log: a person's, or that of an API key's owner. */
function accountOf(identity: Identity): string {
  return identity.type === "user" ? identity.user.id : identity.owner.id;
}

async function findIdentity(c: Context<AppEnv>): Promise<Identity | undefined> {
  const key = shownKey(c);
  if (key !== undefined) return await keyIdentity(c, key);
  const { origin, settings, sessions } = identityContext(c);
  const token = await sessionToken(c, origin, settings.AUTH_SECRET.reveal());
  if (token === undefined) return undefined;
  checkOrigin(c, origin);
  const stored = await queried(() => sessions.read(token));
  return stored === undefined ? undefined : userIdentity(stored);
}

function userIdentity({ session, user }: StoredSession): UserIdentity {
  return {
    type: "user",
    user: userOf(user),
    operator: user.operator,
    session: {
      id: session.id,
      token: session.token,
      createdAt_ms: session.createdAt.getTime(),
      expiresAt_ms: session.expiresAt.getTime(),
    },
  };
}

/** A user as answers show it: a guest's made-up address is nobody's business. */
export function userOf(user: {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly isAnonymous?: boolean | null | undefined;
  readonly createdAt: Date;
}): User {
  const guest = user.isAnonymous === true;
  return {
    id: user.id,
    name: user.name,
    guest,
    email: guest ? null : user.email,
    emailVerified: !guest && user.emailVerified,
    createdAt: user.createdAt.toISOString(),
  };
}

function shownKey(c: Context<AppEnv>): string | undefined {
  const header = c.req.header("X-Api-Key");
  if (header !== undefined) return header.trim();
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  // Other bearer tokens are other routes' business.
  return bearer?.startsWith(apiKeyPrefix) ? bearer : undefined;
}

const keyCopySchema = z.object({
  id: z.string(),
  owner: z.object({ type: z.enum(["user", "organization"]), id: z.string() }),
  scopes: z.array(scopeSchema),
  expiresAt_ms: z.number().nullable(),
});
type KeyCopy = z.infer<typeof keyCopySchema>;

async function keyIdentity(c: Context<AppEnv>, key: string): Promise<KeyIdentity> {
  const found = apiKeyPattern.test(key) ? await findKey(c, await defaultKeyHasher(key)) : undefined;
  const { now_ms } = c.var.services;
  if (found === undefined || (found.expiresAt_ms ?? Number.POSITIVE_INFINITY) <= now_ms())
    throw new ProblemError("token_invalid", { detail: "this API key is not valid" });
  return { type: "key", keyId: found.id, owner: found.owner, scopes: found.scopes };
}

async function findKey(c: Context<AppEnv>, hash: string): Promise<KeyCopy | undefined> {
  const { keyCopies, inBackground } = identityContext(c);
  const cached = await keyCopies.get(hash);
  if (cached.type === "revoked") return undefined;
  if (cached.type === "hit") {
    const copy = keyCopySchema.safeParse(cached.value);
    if (copy.success) return copy.data;
  }
  const row = await queried(() => useApiKey(c.var.services.db, hash));
  if (row === undefined) return undefined;
  const copy: KeyCopy = {
    id: row.id,
    owner: { type: row.configId === "organization" ? "organization" : "user", id: row.referenceId },
    scopes: keptScopes(row.permissions),
    expiresAt_ms: row.expiresAt?.getTime() ?? null,
  };
  inBackground(keyCopies.put(hash, copy));
  return copy;
}

const permissionsSchema = z.record(z.string(), z.array(z.string()));

/** The scopes in a key's row; none if they cannot be read. */
export function keptScopes(permissions: string | null): Scope[] {
  try {
    return scopesOf(permissionsSchema.parse(JSON.parse(permissions ?? "{}")));
  } catch {
    return [];
  }
}

/**
 * Somebody who is signed in, with a session; keys are not enough.
 * @param who `account` refuses guests
 * @throws ProblemError `sign_in_required`, `not_allowed`, and those of `identify`
 */
export async function requireUser(
  c: Context<AppEnv>,
  who: "anybody" | "account" = "anybody",
): Promise<UserIdentity> {
  const identity = await identify(c);
  if (identity === undefined) throw new ProblemError("sign_in_required");
  if (identity.type === "key")
    throw new ProblemError("not_allowed", { detail: "an API key cannot do this" });
  if (who === "account" && identity.user.guest)
    throw new ProblemError("not_allowed", { detail: "guests need an account for this" });
  return identity;
}

/**
 * Somebody who is signed in, or a program whose key has a scope.
 * @throws ProblemError `sign_in_required`, `not_allowed`, and those of `identify`
 */
export async function requireIdentity(c: Context<AppEnv>, scope: Scope): Promise<Identity> {
  const identity = await identify(c);
  if (identity === undefined) throw new ProblemError("sign_in_required");
  if (identity.type === "key" && !identity.scopes.includes(scope))
    throw new ProblemError("not_allowed", { detail: `this API key lacks the scope ${scope}` });
  return identity;
}

/** What somebody must be to an organization, and what a key must be allowed to do. */
export interface Requirement {
  readonly role: Role;
  readonly scope: Scope;
}

/**
 * Somebody who may act for an organization: a member with the role or a higher one, a program with a
 * key of such a member, or one with a key of the organization itself; keys need the scope besides.
 * Whoever has nothing to do with the organization learns not even that it exists.
 * @throws ProblemError `sign_in_required`, `not_found`, `not_allowed`, and those of `identify`
 */
export async function requireRole(
  c: Context<AppEnv>,
  organizationId: string,
  { role, scope }: Requirement,
): Promise<Identity> {
  const identity = await requireIdentity(c, scope);
  if (identity.type === "key" && identity.owner.type === "organization") {
    if (identity.owner.id !== organizationId) throw new ProblemError("not_found");
    return identity;
  }
  const userId = identity.type === "key" ? identity.owner.id : identity.user.id;
  const kept = await queried(() => findRole(c.var.services.db, organizationId, userId));
  if (kept === undefined) throw new ProblemError("not_found");
  if (!reaches(roleOf(kept), role))
    throw new ProblemError("not_allowed", { detail: `this takes the role ${role}` });
  return identity;
}

/** A role as it is kept; the table allows no other. */
export function roleOf(kept: string): Role {
  return roleSchema.catch("member").parse(kept);
}
