import type { Problem, ProblemCode } from "../../protocol/problem.ts";

/** An answer of the API that is not the one asked for, with the stable code that says why. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: ProblemCode;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/**
 * The error that a refused call should throw.
 * @param response of the typed client, when it is not `ok`
 * @returns ApiProblem when the API answered; a plain Error when something else did, a proxy perhaps
 */
export async function problemOf(response: {
  readonly status: number;
  json(): Promise<unknown>;
}): Promise<Error> {
  // Schemas are a script of their own, which a page that meets no problem need not load first.
  const reading = import("./problem-schema.ts").catch(() => undefined);
  const [json, schemas] = [await response.json().catch(() => undefined), await reading];
  const body = schemas?.problemSchema.safeParse(json);
  if (body?.success) return new ApiProblem(body.data);
  return new Error(`the server gave an answer that could not be read (${response.status})`);
}

/** Whether asking again may help: the network failed, or the server is short of something. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status === 429 || error.status >= 500;
}

/** What to tell a person about a failed call: what went wrong and what to do. */
export function adviceFor(error: unknown): string {
  if (!(error instanceof ApiProblem))
    return "The server could not be reached. Check your connection and try again.";
  const wait_s = error.problem.retryAfter_s;
  const later = wait_s === undefined ? "in a moment" : `in ${wait_s} s`;
  switch (error.code) {
    case "rate_limited":
      return `That was too often. Try again ${later}.`;
    case "bad_request":
      return error.problem.issues?.[0]?.message ?? error.message;
    case "room_not_found":
      return "This room does not exist. Check the link, or start a new room.";
    case "room_full":
      return "This room is full. Try again when somebody has left.";
    default:
      return error.status >= 500 ? `The server has a problem. Try again ${later}.` : error.message;
  }
}
