import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app.ts";
import type { Bindings } from "../env.ts";
import { ProblemError } from "../problem.ts";

/** Whether a request comes from an operator of this house. */
export type RequireOperator = (request: Request, bindings: Bindings) => boolean | Promise<boolean>;

/**
 * Lets operators through and nobody else. Without a token the answer says that one is needed, with
 * a wrong one that it is not valid.
 */
export function operatorsOnly(isOperator: RequireOperator) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!(await isOperator(c.req.raw, c.env)))
      throw new ProblemError(
        c.req.header("Authorization") === undefined ? "token_missing" : "token_invalid",
      );
    await next();
  });
}

const secret_length_min = 16;

/**
 * Operators by a shared secret: `Authorization: Bearer <the secret in that variable>`. Without the
 * secret, or with one too short to be one, nobody is an operator.
 */
export const byToken =
  (variable: "OPS_TOKEN" | "METRICS_TOKEN"): RequireOperator =>
  async (request, { [variable]: secret }) => {
    const [, shown] = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
    if (typeof secret !== "string" || secret.length < secret_length_min || shown === undefined)
      return false;
    return await sameText(shown, secret);
  };

export const byOpsToken = byToken("OPS_TOKEN");

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
