import {
  EngineBusyError,
  EngineUnreachableError,
  ResultTooLargeError,
  SqlError,
  type SqlErrorFields,
  sqlErrorFields,
} from "../engine/errors.ts";

/** The request makes no sense; no statement of it was run. */
export class BadRequestError extends Error {
  override readonly name = "BadRequestError";
}

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";

  constructor(bytes_max: number) {
    super(`request is too large (max is ${bytes_max} bytes)`);
  }
}

export interface ErrorAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/**
 * An error as Neon's proxy answers it. The driver reads the fields only with status 400; with any
 * other it shows the body as text.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof SqlError) return answer(400, error.message, error.fields);
  if (error instanceof BadRequestError) return answer(400, error.message);
  if (error instanceof BodyTooLargeError) return answer(413, error.message);
  if (error instanceof ResultTooLargeError) return answer(507, error.message);
  if (error instanceof EngineBusyError) return answer(503, error.message, { code: "53300" });
  if (error instanceof EngineUnreachableError)
    return answer(500, error.message, { code: error.code ?? "08006" });
  return answer(500, "internal error");
}

function answer(status: number, message: string, fields: SqlErrorFields = {}): ErrorAnswer {
  // Neon sends every field, null where there is nothing to say.
  const all = Object.fromEntries(sqlErrorFields.map((name) => [name, fields[name] ?? null]));
  return { status, body: JSON.stringify({ message, ...all }) };
}
