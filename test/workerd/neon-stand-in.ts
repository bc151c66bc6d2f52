import { vi } from "vitest";
import { z } from "zod";
import type { GameConfig } from "../../protocol/analytics/buffer.ts";

/** Where the test Worker's `NEON_FETCH_ENDPOINT` points. */
const endpoint = "https://neon.test/sql";
const statementSchema = z.object({ query: z.string(), params: z.array(z.unknown()) });
const postedSchema = z.union([z.object({ queries: z.array(statementSchema) }), statementSchema]);
type Statement = z.infer<typeof statementSchema>;

/** Types by which the driver reads columns. */
const types = { int4: 23, float8: 701, json: 114, textArray: 1009, text: 25 } as const;
type Column = readonly [name: string, type: keyof typeof types, value: string | null];

/** Postgres as a buffer meets it, behind `fetch`: it takes rows in, each once, and counts tries. */
export class NeonStandIn {
  /** What it does with a request before, and after it has done what is asked. */
  before: () => void = () => {};
  after: () => void = () => {};
  requests = 0;
  /** How often each event was brought. */
  readonly brought = new Map<string, number>();
  readonly #config: GameConfig;

  constructor(config: GameConfig) {
    this.#config = config;
    // A deadline that runs keeps its object in memory; here nothing is ever late.
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
    const real = globalThis.fetch;
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      if (String(input) !== endpoint) return await real(input, init);
      this.requests += 1;
      this.before();
      const posted = postedSchema.parse(JSON.parse(String(init?.body)));
      const answer =
        "queries" in posted
          ? { results: posted.queries.map((query) => this.#answer(query)) }
          : this.#answer(posted);
      this.after();
      return Response.json(answer);
    });
  }

  #answer(statement: Statement) {
    const { query } = statement;
    if (query.includes("insert into analytics_event")) return this.#ingest(statement);
    if (query.includes("json_build_object"))
      return one([["config", "json", JSON.stringify(this.#config)]]);
    if (query.includes("pg_advisory_xact_lock") || query.startsWith("create table"))
      return one([["done", "text", ""]]);
    throw new Error(`the stand-in does not know ${query.slice(0, 60)}`);
  }

  #ingest({ params }: Statement) {
    const text = params.find((param) => typeof param === "string" && param.startsWith("["));
    const rows = z.array(z.object({ u: z.string() })).parse(JSON.parse(String(text)));
    let fresh = 0;
    for (const { u } of rows) {
      const before = this.brought.get(u) ?? 0;
      this.brought.set(u, before + 1);
      if (before === 0) fresh += 1;
    }
    return one([
      ["revision", "int4", String(this.#config.revision)],
      ["events", "int4", String(fresh)],
      ["revenue", "textArray", "{}"],
      ["open_seen_ms", "float8", null],
    ]);
  }
}

/** One row, in the driver's form. */
function one(columns: readonly Column[]) {
  return {
    command: "SELECT",
    fields: columns.map(([name, type]) => ({ name, dataTypeID: types[type] })),
    rows: [columns.map(([, , value]) => value)],
    rowCount: 1,
    rowAsArray: true,
  };
}
