import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppEnv } from "./app.ts";
import { SettingsError } from "./env.ts";
import { errorFields, log } from "./log.ts";
import { ProblemError, problemResponse } from "./problem.ts";

/** Turns whatever was thrown into a problem; what nobody foresaw is logged and becomes `internal`. */
export function answerError(error: Error, c: Context<AppEnv>): Response {
  const problem = problemOf(error);
  const { requestId } = c.var;
  if (problem.status >= 500) {
    const cause = problem === error ? error.cause : error;
    const failure = { code: problem.code, ...(cause === undefined ? {} : errorFields(cause)) };
    // The request's own line tells of it. Where even the services are missing there is none; a
    // configuration that cannot be used was logged when it was read.
    if (c.var.services !== undefined) c.set("failure", failure);
    else if (problem.code === "internal")
      log("error", problem.message, { requestId, method: c.req.method, ...failure }, "error");
  }
  return problemResponse(problem, { requestId, instance: c.req.path });
}

/** The answer to an address that nothing is at. */
export function answerNotFound(c: Context<AppEnv>): Response {
  return problemResponse(new ProblemError("not_found"), {
    requestId: c.var.requestId,
    instance: c.req.path,
  });
}

function problemOf(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  // The message names variables alone, and whoever deploys must see which one is missing.
  if (error instanceof SettingsError)
    return new ProblemError("unavailable", { detail: error.message, retryAfter_s: 60 });
  // Thrown by the router's validators, for a body they could not read.
  if (error instanceof HTTPException && error.status === 415)
    return new ProblemError("unsupported_media_type");
  if (error instanceof HTTPException && error.status < 500) return new ProblemError("bad_request");
  return new ProblemError("internal");
}
