/**
 * A Postgres behind the gateway. There are two: a real server (`server.ts`) and the embedded PGlite
 * (`pglite/engine.ts`). Both are spoken to over the wire protocol through the same pool, so fields,
 * errors, notices and parameters come out the same by construction.
 */
export interface Engine {
  /** For people: `PostgreSQL 15.18`, `PGlite 0.5 (Postgres 18.6)`. */
  readonly name: string;
  /** Who may speak to it, and what a driver is told. */
  readonly login: Login;
  /**
   * Runs `work` in a session of its own and resets that session before it resolves: an open
   * transaction is rolled back; settings, locks, temporary tables and prepared statements are gone.
   * @param signal aborts when whoever asked has gone; the running statement is then cancelled
   * @throws SqlError, EngineBusyError, EngineUnreachableError, ResultTooLargeError, and whatever
   * `work` or a sink of it throws
   */
  session<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export interface Session {
  /** Runs one statement by the extended protocol, everything in text format. */
  run(statement: Statement, sink?: RowSink): Promise<StatementResult>;
}

/** Takes rows as they come, so that nobody has to hold them all. A throw refuses any further one. */
export interface RowSink {
  /** Once, before any row; not at all for a statement without a result. */
  fields(fields: readonly Field[]): void;
  /** Values as Postgres text, in the order of the fields. */
  row(values: readonly (string | null)[]): void;
}

/** Parameters are Postgres text, or null. */
export interface Statement {
  readonly text: string;
  readonly params: readonly (string | null)[];
}

export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: "text";
}

export interface StatementResult {
  /** First word of the command tag; empty for an empty query. */
  readonly command: string;
  /** Null where the command has no count. */
  readonly rowCount: number | null;
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export interface EngineLimits {
  /** Connections, and so sessions at once. */
  readonly sessions_max: number;
  /** Requests that may wait for a session, and for how long. */
  readonly waiting_max: number;
  readonly wait_ms_max: number;
  /** From the first statement of a session to the end of its last. */
  readonly session_ms_max: number;
  /** One row. Nothing larger is even received. */
  readonly row_bytes_max: number;
}

export const defaultLimits: EngineLimits = {
  sessions_max: 10,
  waiting_max: 1_000,
  wait_ms_max: 15_000,
  session_ms_max: 60_000,
  row_bytes_max: 64 * 1024 * 1024,
};

/** The connection string of a login, with every part escaped. */
export function loginUrl(login: Login): string {
  const part = encodeURIComponent;
  const host = login.host.includes(":") ? `[${login.host}]` : login.host;
  const authority = `${part(login.user)}:${part(login.password)}@${host}:${login.port}`;
  return `postgres://${authority}/${part(login.database)}`;
}
