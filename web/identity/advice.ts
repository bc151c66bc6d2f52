import { ApiProblem, adviceFor } from "../api/problem.ts";

/** What to tell a person about a call that accounts refused. */
export function identityAdvice(error: unknown): string {
  if (!(error instanceof ApiProblem)) return adviceFor(error);
  switch (error.code) {
    case "account_exists":
      return "There is an account with this address already. Sign in instead.";
    case "credentials_invalid":
      return "The address or the password is not right.";
    case "slug_taken":
      return "This short name is taken. Choose another.";
    case "sign_in_required":
      return "Your session has ended. Sign in again.";
    case "session_not_fresh":
      return "Type your password to go on.";
    case "token_invalid":
    case "token_expired":
      return "This link is not good any more. Ask for a new one.";
    default:
      return error.problem.detail === undefined ? adviceFor(error) : sentence(error.problem.detail);
  }
}

/** The API's details are clauses; people read sentences. */
function sentence(detail: string): string {
  const text = `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
