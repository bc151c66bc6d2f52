import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "hono";
import type { z } from "zod";
import type { Personal } from "../platform/redact/personal.ts";
import { type Problem, problemSchema } from "../protocol/problem.ts";
import type { Bindings } from "./env.ts";
import type { LogFields } from "./log.ts";
import { ProblemError, type ProblemStatus } from "./problem.ts";
import type { AllRoomLimits } from "./room-limits.ts";
import type { Services } from "./services.ts";

/** What every handler finds in its context. */
export interface AppEnv extends Env {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    services: Services;
    roomLimits: AllRoomLimits;
    /** The id of the account that asks, once it is known; the log has its hash. */
    account?: Personal;
    /** What the log may say of a failure on this side. */
    failure?: LogFields;
  };
}

const issues_max = 50;

/**
 * The app of one module: its routes are chained onto it, so that their types make the API's type.
 * Input that does not fit a route's schema becomes a `bad_request` problem that lists what is wrong.
 */
export function createModule(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw new ProblemError("bad_request", { issues: issuesOf(result.error) });
    },
  });
}

function issuesOf(error: z.ZodError): NonNullable<Problem["issues"]> {
  return error.issues
    .slice(0, issues_max)
    .map(({ path, message }) => ({ path: path.map(String).join(".").slice(0, 200), message }));
}

const sentences: Readonly<Record<ProblemStatus, string>> = {
  400: "The request is not as it should be",
  401: "A token is missing, expired or not valid here",
  403: "Not allowed",
  404: "There is no such thing",
  405: "Method not allowed",
  409: "Somebody else was faster",
  410: "There was such a thing; it is over",
  413: "The body is too large",
  415: "The body must be JSON",
  416: "The range lies outside the file",
  426: "This address speaks WebSocket",
  429: "Too many requests; `Retry-After` says when to come back",
  500: "Something went wrong here",
  503: "This cannot be done at the moment; `Retry-After` says when to come back",
};

interface ProblemAnswer {
  readonly description: string;
  readonly content: {
    readonly "application/problem+json": { readonly schema: typeof problemSchema };
  };
}

/**
 * The errors of a route, for its description: `responses: { 200: ..., ...problems(404, 429) }`.
 */
export function problems<const Statuses extends readonly ProblemStatus[]>(
  ...statuses: Statuses
): { [Status in Statuses[number]]: ProblemAnswer } {
  const answers = statuses.map((status): [ProblemStatus, ProblemAnswer] => [
    status,
    {
      description: sentences[status],
      content: { "application/problem+json": { schema: problemSchema } },
    },
  ]);
  return Object.fromEntries(answers) as { [Status in Statuses[number]]: ProblemAnswer };
}

/** The good answer of a route, for its description. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

/** The JSON body of a route, for its description; the middleware `jsonBody` reads it. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}
