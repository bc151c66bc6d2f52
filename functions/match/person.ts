import type { Context } from "hono";
import type { Scope } from "../../protocol/identity/scope.ts";
import type { AppEnv } from "../app.ts";
import { requireIdentity } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";

/**
 * The person a request is made by or for: one who is signed in, guest or account, or the owner of an
 * API key with that scope.
 * @returns the user's id
 * @throws ProblemError `sign_in_required`, `not_allowed`, and those of `identify`
 */
export async function personOf(
  c: Context<AppEnv>,
  scope: Extract<Scope, `match:${string}`>,
): Promise<string> {
  const identity = await requireIdentity(c, scope);
  if (identity.type === "user") return identity.user.id;
  if (identity.owner.type === "user") return identity.owner.id;
  throw new ProblemError("not_allowed", { detail: "this key is not a person's" });
}
