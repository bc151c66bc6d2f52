import { isAPIError } from "better-auth/api";
import type { Context } from "hono";
import type { ProblemCode } from "../../protocol/problem.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";

/** Our code for the library's codes that a route lets come to a client; others go by their status. */
const codes: Readonly<Record<string, ProblemCode>> = {
  INVALID_EMAIL_OR_PASSWORD: "credentials_invalid",
  INVALID_PASSWORD: "credentials_invalid",
  CREDENTIAL_ACCOUNT_NOT_FOUND: "credentials_invalid",
  USER_ALREADY_EXISTS: "account_exists",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "account_exists",
  FAILED_TO_CREATE_USER: "unavailable",
  FAILED_TO_CREATE_SESSION: "unavailable",
  FAILED_TO_GET_SESSION: "unavailable",
  INVALID_TOKEN: "token_invalid",
  TOKEN_EXPIRED: "token_expired",
  ORGANIZATION_ALREADY_EXISTS: "slug_taken",
  ORGANIZATION_SLUG_ALREADY_TAKEN: "slug_taken",
  YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS: "limit_reached",
  ORGANIZATION_MEMBERSHIP_LIMIT_REACHED: "limit_reached",
  INVITATION_LIMIT_REACHED: "limit_reached",
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER: "sole_owner",
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER: "sole_owner",
  ORGANIZATION_NOT_FOUND: "not_found",
  MEMBER_NOT_FOUND: "not_found",
  INVITATION_NOT_FOUND: "not_found",
  USER_NOT_FOUND: "not_found",
};

const byStatus: Readonly<Record<number, ProblemCode>> = {
  400: "bad_request",
  401: "sign_in_required",
  403: "not_allowed",
  404: "not_found",
  409: "bad_request",
  422: "bad_request",
};

/** Sentences of the library that say to people what to do, and hold nothing of anybody. */
const told: ReadonlySet<string> = new Set([
  "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION",
  "EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION",
  "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION",
]);

/** An answer of the library: what it says, and the headers it would send. */
interface LibraryAnswer<T> {
  readonly headers: Headers;
  readonly response: T;
}

/**
 * Calls an endpoint of the accounts library, puts its cookies on our answer, and turns whatever it
 * throws into a problem.
 * @throws ProblemError
 */
export async function callLibrary<T>(
  c: Context<AppEnv>,
  call: () => Promise<LibraryAnswer<T>>,
): Promise<T> {
  const { headers, response } = await call().catch((error: unknown) => {
    if (isAPIError(error)) throw problemOfLibrary(error);
    if (error instanceof ProblemError) throw error;
    return queried<never>(() => Promise.reject(error));
  });
  for (const cookie of headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
  return response;
}

function problemOfLibrary(error: {
  readonly statusCode: number;
  readonly body?: { readonly code?: string; readonly message?: string } | undefined;
}): ProblemError {
  const code = error.body?.code ?? "";
  const ours =
    codes[code] ??
    (code.startsWith("YOU_ARE_NOT_") ? "not_allowed" : byStatus[error.statusCode]) ??
    "unavailable";
  const problem = new ProblemError(ours, {
    ...(told.has(code) && error.body?.message ? { detail: error.body.message } : {}),
    ...(ours === "unavailable" ? { retryAfter_s: 5 } : {}),
  });
  problem.cause = error;
  return problem;
}
