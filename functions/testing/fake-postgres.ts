interface Row {
  readonly id: string;
  readonly title: string;
  readonly mediaId: string;
}

const jobColumns = ["queued", "running", "dead", "oldestDue_ms"] as const;
const createdAt = "2026-01-02 03:04:05.678+00";

/**
 * As much of a Neon endpoint as the API's queries need, in memory, for tests: it takes what the
 * driver posts and answers in the driver's form.
 */
export class FakePostgres {
  readonly rows = new Map<string, Row>();
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
    const { query, params } = posted as { query: string; params: string[] };
    if (this.failure !== undefined) return failed(this.failure);
    if (query.startsWith('insert into "watch_room"')) return this.#insert(params);
    if (query.startsWith("select") && query.includes('from "watch_room"'))
      return rowsOf("SELECT", [this.rows.get(params[0] ?? "")]);
    if (query.includes('as "oldestDue_ms"')) return this.#countJobs();
    return failed("42601");
  }

  #countJobs(): Response {
    const { jobs } = this;
    if (jobs === undefined) return failed("42P01");
    return answered("SELECT", jobColumns, [jobColumns.map((column) => String(jobs[column]))]);
  }

  #insert([id = "", title = "", mediaId = ""]: readonly string[]): Response {
    if (this.rows.has(id)) return failed("23505");
    if (title.includes("\u0000")) return failed("22021");
    this.rows.set(id, { id, title, mediaId });
    return rowsOf("INSERT", [this.rows.get(id)]);
  }
}

function rowsOf(command: string, rows: readonly (Row | undefined)[]): Response {
  const found = rows.filter((row) => row !== undefined);
  return answered(
    command,
    ["id", "title", "media_id", "created_at"],
    found.map(({ id, title, mediaId }) => [id, title, mediaId, createdAt]),
  );
}

function answered(command: string, names: readonly string[], rows: readonly string[][]): Response {
  const types: Record<string, number> = {
    created_at: 1184,
    queued: 23,
    running: 23,
    dead: 23,
    oldestDue_ms: 701,
  };
  const fields = names.map((name) => ({ name, dataTypeID: types[name] ?? 25 }));
  return Response.json({ command, fields, rows, rowCount: rows.length, rowAsArray: true });
}

function failed(code: string): Response {
  return Response.json(
    { message: "as the test wants it", code, severity: "ERROR" },
    { status: 400 },
  );
}
