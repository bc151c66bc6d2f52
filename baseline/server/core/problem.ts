import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { ProblemCode } from "../../../protocol/problem.ts";

/** An error that a client is told of, by its stable code; never with a stack. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly retryAfter_s: number | undefined;

  constructor(status: number, code: ProblemCode, message: string, retryAfter_s?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter_s = retryAfter_s;
  }
}

/** What a body or query is, by its schema. @throws Refusal with 400 for anything else */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refusal(400, "bad_request", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Errors leave as `application/problem+json`, unknown ones without a word of what they were. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalFrom(error);
    if (refusal.code === "internal") request.log.error(error);
    const { status, code, message, retryAfter_s } = refusal;
    if (retryAfter_s !== undefined) reply.header("retry-after", String(retryAfter_s));
    return reply
      .code(status)
      .type("application/problem+json")
      .send(JSON.stringify({ type: "about:blank", title: message, status, code }));
  });
  app.setNotFoundHandler(() => {
    throw new Refusal(404, "not_found", "There is nothing here.");
  });
}

/** Fastify's own refusals (a body that is no JSON, or too long) under our codes. */
function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (statusCode === 413) return new Refusal(413, "body_too_large", "The body is too long.");
  if (statusCode === 415)
    return new Refusal(415, "unsupported_media_type", "The body must be application/json.");
  if (code === "FST_ERR_CTP_INVALID_JSON_BODY" || error instanceof SyntaxError)
    return new Refusal(400, "invalid_json", "The body is not JSON.");
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500)
    return new Refusal(statusCode, "bad_request", "This request cannot be understood.");
  return new Refusal(500, "internal", "Something went wrong here.");
}
