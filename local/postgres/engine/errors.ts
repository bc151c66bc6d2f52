/** What Postgres says about an error, by the names its drivers use. */
export const sqlErrorFields = [
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;
export type SqlErrorFields = { readonly [Name in (typeof sqlErrorFields)[number]]?: string };

/** Postgres refused a statement, or this engine refuses it in Postgres' words. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly fields: SqlErrorFields;

  constructor(message: string, fields: SqlErrorFields) {
    super(message);
    this.fields = fields;
  }
}

/** Every session is taken and the queue is full, or waiting took too long. */
export class EngineBusyError extends Error {
  override readonly name = "EngineBusyError";
}

/** Postgres does not answer, refuses the login, or went away in the middle of a statement. */
export class EngineUnreachableError extends Error {
  override readonly name = "EngineUnreachableError";
  /** SQLSTATE, where Postgres gave one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

export class ResultTooLargeError extends Error {
  override readonly name = "ResultTooLargeError";

  constructor(bytes_max: number) {
    super(`response is too large (max is ${bytes_max} bytes)`);
  }
}

/** An error thrown by `pg` as one of ours; `undefined` when Postgres itself did not speak. */
export function asSqlError(error: unknown): SqlError | undefined {
  if (!(error instanceof Error) || !("severity" in error) || !("code" in error)) return undefined;
  const fields: Record<string, string> = {};
  for (const name of sqlErrorFields) {
    const value = Reflect.get(error, name);
    if (typeof value === "string") fields[name] = value;
  }
  return new SqlError(error.message, fields);
}

export function statementTimeout(): SqlError {
  return new SqlError("canceling statement due to statement timeout", {
    severity: "ERROR",
    code: "57014",
  });
}
