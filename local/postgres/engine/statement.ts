import type { Connection, Submittable } from "pg";
import type { Field, RowSink, Statement, StatementResult } from "./engine.ts";
import { asSqlError, EngineUnreachableError, SqlError } from "./errors.ts";

/** The parts of `pg`'s connection that its type definitions leave out. */
interface CopyConnection extends Connection {
  sendCopyFail(message: string): void;
}

interface RowDescription {
  readonly fields: readonly Omit<Field, "format">[];
}

/**
 * One statement on a `pg` client, by the interface that `pg` gives to its own extensions (as
 * pg-cursor uses it). It differs from `pg`'s Query in three points: rows stay Postgres text, they go
 * to a sink that may refuse them, and COPY can neither hang nor lose data silently.
 */
export class RawStatement implements Submittable {
  readonly result: Promise<StatementResult>;
  readonly #statement: Statement;
  readonly #sink: RowSink | undefined;
  readonly #onRefused: (reason: unknown) => void;
  #resolve: (result: StatementResult) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #tag = "";
  #refused = false;
  #copiedOut = false;

  /** @param onRefused called once, when the sink threw; further rows are dropped */
  constructor(
    statement: Statement,
    sink: RowSink | undefined,
    onRefused: (reason: unknown) => void,
  ) {
    this.#statement = statement;
    this.#sink = sink;
    this.#onRefused = onRefused;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    connection.parse({ text: this.#statement.text, name: "", types: [] }, true);
    connection.bind({ values: [...this.#statement.params] }, true);
    connection.describe({ type: "P", name: "" }, true);
    connection.execute({}, true);
    // COPY FROM STDIN would swallow the Sync below and wait for data for ever. A CopyFail before it
    // ends such a COPY, and outside of one the server must ignore it (protocol flow, "COPY").
    (connection as CopyConnection).sendCopyFail("data cannot be sent with a statement over HTTP");
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription(message: RowDescription): void {
    const fields = message.fields.map(
      (field): Field => ({
        name: field.name,
        dataTypeID: field.dataTypeID,
        tableID: field.tableID,
        columnID: field.columnID,
        dataTypeSize: field.dataTypeSize,
        dataTypeModifier: field.dataTypeModifier,
        format: "text",
      }),
    );
    this.#offer((sink) => sink.fields(fields));
  }

  handleDataRow(message: { readonly fields: (string | null)[] }): void {
    this.#offer((sink) => sink.row(message.fields));
  }

  #offer(offer: (sink: RowSink) => void): void {
    if (this.#sink === undefined || this.#refused) return;
    try {
      offer(this.#sink);
    } catch (error) {
      this.#refused = true;
      this.#onRefused(error);
    }
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#tag = message.text;
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(): void {}

  handleCopyData(): void {
    this.#copiedOut = true;
  }

  handleError(error: Error, connection: Connection): void {
    const sqlError = asSqlError(error);
    if (sqlError === undefined) this.#reject(new EngineUnreachableError(error.message));
    else if (sqlError.fields.severity !== "ERROR") this.#reject(sqlError);
    // The connection knows its transaction status only when it is ready again; after a FATAL error
    // it never will be.
    else connection.once("readyForQuery", () => this.#reject(sqlError));
  }

  handleReadyForQuery(): void {
    if (this.#copiedOut) {
      this.#reject(
        new SqlError("COPY TO STDOUT cannot be answered over HTTP", {
          severity: "ERROR",
          code: "0A000",
          hint: "Use SELECT.",
        }),
      );
      return;
    }
    this.#resolve(parseCommandTag(this.#tag));
  }
}

/**
 * `SELECT 5` has the count last; INSERT has an OID before it; `CREATE TABLE` has none. The rule is
 * that of Neon's proxy: the first word is the command, the rest is a count if it is a number.
 */
export function parseCommandTag(tag: string): StatementResult {
  const [command = "", ...rest] = tag.split(" ");
  const count = (command === "INSERT" ? rest.slice(1) : rest).join(" ");
  return { command, rowCount: /^\d+$/.test(count) ? Number(count) : null };
}
