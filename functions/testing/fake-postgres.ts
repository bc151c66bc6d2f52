import { FakeWatchRooms, type SentStatement, watchColumnType } from "./fake-watch-rooms.ts";

const jobColumns = ["queued", "running", "dead", "oldestDue_ms"] as const;
const createdAt = "2026-01-02 03:04:05.678+00";

/**
 * As much of a Neon endpoint as the API's queries need, in memory, for tests: it takes what the
 * driver posts and answers in the driver's form.
 */
export class FakePostgres {
  readonly #watchRooms = new FakeWatchRooms(createdAt);
  /** The rooms of watch, by id. */
  readonly rows = this.#watchRooms.rows;
  /** How the jobs stand; undefined for a database that has no table of jobs. */
  jobs: Readonly<Record<(typeof jobColumns)[number], number>> | undefined = {
    queued: 0,
    running: 0,
    dead: 0,
    oldestDue_ms: 0,
  };
  /** How many queries have come. */
  queries = 0;
  /** The SQLSTATE to answer every query with instead, if any. */
  failure: string | undefined;

  answer(posted: unknown): Response {
    this.queries += 1;
    const statement = posted as SentStatement;
    if (this.failure !== undefined) return failed(this.failure);
    const result = this.#watchRooms.answer(statement);
    if (result !== undefined && "failure" in result) return failed(result.failure);
    if (result !== undefined) {
      const { command, columns, rows } = result;
      const values = rows.map((row) => columns.map((column) => row[column] ?? null));
      return answered(command, columns, values, watchColumnType);
    }
    if (statement.query.includes('as "oldestDue_ms"')) return this.#countJobs();
    return failed("42601");
  }

  #countJobs(): Response {
    const { jobs } = this;
    if (jobs === undefined) return failed("42P01");
    return answered(
      "SELECT",
      jobColumns,
      [jobColumns.map((column) => String(jobs[column]))],
      jobColumnType,
    );
  }
}

function jobColumnType(column: string): number {
  return column === "oldestDue_ms" ? 701 : 23;
}

function answered(
  command: string,
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  typeOf: (column: string) => number,
): Response {
  const fields = names.map((name) => ({ name, dataTypeID: typeOf(name) }));
  return Response.json({ command, fields, rows, rowCount: rows.length, rowAsArray: true });
}

function failed(code: string): Response {
  return Response.json(
    { message: "as the test wants it", code, severity: "ERROR" },
    { status: 400 },
  );
}
