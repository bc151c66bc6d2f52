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
    const least = c.var.services?.settings.LOG_LEVEL ?? "error";
    const cause = problem === error ? error.cause : error;
    const fields = cause === undefined ? {} : errorFields(cause);
    const level = problem.code === "internal" ? "error" : "warn";
    log(level, problem.message, { code: problem.code, requestId, ...whereOf(c), ...fields }, least);
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

/** Which route it was. The path itself may hold a room's id, which opens nothing but is not ours to keep. */
function whereOf(c: Context<AppEnv>) {
  return { method: c.req.method, route: c.req.matchedRoutes.at(-1)?.path };
}
