import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app.ts";
import { identify } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";

/**
 * Lets a request through that comes from an operator of this house.
 * @throws ProblemError that says what is missing, for everybody else
 */
export type OperatorCheck = (c: Context<AppEnv>) => Promise<void>;

/** Lets operators through and nobody else. */
export function operatorsOnly(check: OperatorCheck) {
  return createMiddleware<AppEnv>(async (c, next) => {
    await check(c);
    await next();
  });
}

const secret_length_min = 16;

/**
 * Operators by a shared secret: `Authorization: Bearer <the secret in that variable>`. Without the
 * secret, or with one too short to be one, nobody is an operator.
 */
export function byToken(variable: "OPS_TOKEN" | "METRICS_TOKEN"): OperatorCheck {
  return async (c) => {
    const header = c.req.header("Authorization");
    if (header === undefined) throw new ProblemError("token_missing");
    const secret = c.env[variable];
    const [, shown] = /^Bearer +(\S+)$/i.exec(header) ?? [];
    const usable = typeof secret === "string" && secret.length >= secret_length_min;
    if (!usable || shown === undefined || !(await sameText(shown, secret)))
      throw new ProblemError("token_invalid");
  };
}

const byOpsToken = byToken("OPS_TOKEN");

/**
 * Operators by their account, or by `OPS_TOKEN`, with which the first of them is made. A request
 * that shows a token is judged by it alone.
 */
export const byAccountOrToken: OperatorCheck = async (c) => {
  if (c.req.header("Authorization") !== undefined) return await byOpsToken(c);
  const identity = await identify(c);
  if (identity === undefined) throw new ProblemError("sign_in_required");
  if (identity.type !== "user" || !identity.operator)
    throw new ProblemError("not_allowed", { detail: "this account is not an operator's" });
};

/** Compares digests, to the end: how long it takes says nothing about where the texts differ. */
async function sameText(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([digestOf(one), digestOf(other)]);
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 1);
  return difference === 0;
}

async function digestOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
