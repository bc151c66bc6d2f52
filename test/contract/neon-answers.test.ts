import { expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

/** Statements in order, and the command and count that each must be answered with. */
const story: readonly [text: string, command: string, rowCount: number | null][] = [
  ["CREATE TABLE answers (id int PRIMARY KEY, name text)", "CREATE", null],
  ["INSERT INTO answers VALUES (1, 'a'), (2, 'b'), (3, 'c')", "INSERT", 3],
  ["INSERT INTO answers VALUES (1, 'a') ON CONFLICT DO NOTHING", "INSERT", 0],
  ["UPDATE answers SET name = 'z' WHERE id > 1", "UPDATE", 2],
  ["SELECT * FROM answers", "SELECT", 3],
  ["TABLE answers", "SELECT", 3],
  ["VALUES (1), (2)", "SELECT", 2],
  ["WITH gone AS (DELETE FROM answers WHERE id = 3 RETURNING *) SELECT * FROM gone", "SELECT", 1],
  ["DELETE FROM answers WHERE id = 2 RETURNING id", "DELETE", 1],
  [
    "MERGE INTO answers a USING (VALUES (1)) v(id) ON a.id = v.id WHEN MATCHED THEN UPDATE SET name = 'm'",
    "MERGE",
    1,
  ],
  ["CREATE TABLE copies AS SELECT * FROM answers", "SELECT", 1],
  ["EXPLAIN SELECT 1", "EXPLAIN", null],
  ["SHOW server_version_num", "SHOW", null],
  ["SET work_mem = '8MB'", "SET", null],
  ["BEGIN", "BEGIN", null],
  ["START TRANSACTION READ ONLY", "START", null],
  ["DO $$ BEGIN RAISE NOTICE 'hello'; END $$", "DO", null],
  ["TRUNCATE answers", "TRUNCATE", null],
  ["DROP TABLE answers, copies", "DROP", null],
  ["", "", null],
  ["-- only a comment", "", null],
];

onEachEngine("answers", (gateway) => {
  test("every command is named and counted as by node-postgres", async () => {
    for (const [text, command, rowCount] of story) {
      const result = await gateway.sql({ fullResults: true }).query(text);
      expect([result.command, result.rowCount], text).toStrictEqual([command, rowCount]);
    }
  });

  test("the answer to one query has exactly the members of Neon's", async () => {
    const headers = { "Neon-Raw-Text-Output": "true", "Neon-Array-Mode": "true" };
    const query = "SELECT 1 AS one, 'x'::varchar(9) AS word, oid AS id FROM pg_class LIMIT 1";
    const answer = await gateway.post({ query, params: [] }, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.json).toStrictEqual({
      command: "SELECT",
      rowCount: 1,
      rowAsArray: true,
      rows: [["1", "x", expect.stringMatching(/^\d+$/)]],
      fields: [
        fieldOf("one", { dataTypeID: 23, dataTypeSize: 4 }),
        fieldOf("word", { dataTypeID: 1043, dataTypeSize: -1, dataTypeModifier: 13 }),
        fieldOf("id", { dataTypeID: 26, dataTypeSize: 4, tableID: 1259, columnID: 1 }),
      ],
    });
  });

  test("an empty query answers with nothing rather than failing", async () => {
    const { status, json } = await gateway.post({ query: "" });
    expect(status).toBe(200);
    expect(json).toStrictEqual({
      command: "",
      rowCount: null,
      rowAsArray: false,
      rows: [],
      fields: [],
    });
  });

  test("rows come as objects or arrays, as the header or the query itself asks", async () => {
    const query = "SELECT 1 AS a, NULL AS b, 2 AS a";
    const rowsOf = async (body: object, headers: Record<string, string>) => {
      const { json } = await gateway.post({ query, ...body }, headers);
      return json as { rows: unknown; rowAsArray: boolean };
    };
    const raw = { "Neon-Raw-Text-Output": "true" };
    const arrays = { "Neon-Array-Mode": "true" };
    expect(await rowsOf({}, {})).toMatchObject({ rows: [{ a: 2, b: null }], rowAsArray: false });
    expect(await rowsOf({}, raw)).toMatchObject({ rows: [{ a: "2", b: null }] });
    expect(await rowsOf({}, arrays)).toMatchObject({ rows: [[1, null, 2]], rowAsArray: true });
    expect(await rowsOf({ arrayMode: false }, { ...raw, ...arrays })).toMatchObject({
      rows: [{ a: "2", b: null }],
      rowAsArray: false,
    });
    expect(await rowsOf({ arrayMode: true }, raw)).toMatchObject({ rows: [["1", null, "2"]] });
  });

  test("several statements in one string are refused, and none of them runs", async () => {
    const sql = gateway.sql();
    await expect(sql.query("CREATE TABLE two (a int); SELECT 1")).rejects.toMatchObject({
      code: "42601",
      message: "cannot insert multiple commands into a prepared statement",
    });
    await expect(sql.query("SELECT * FROM two")).rejects.toMatchObject({ code: "42P01" });
    expect(await sql.query("SELECT 1 AS one;")).toStrictEqual([{ one: 1 }]);
  });

  test("a session begins with Neon's settings", async () => {
    const names = ["TimeZone", "DateStyle", "IntervalStyle", "bytea_output", "client_encoding"];
    const list = names.map((name) => `current_setting('${name}') AS "${name}"`).join(", ");
    const [row] = await gateway
      .sql()
      .query(
        `SELECT ${list}, current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout`,
      );
    expect(row).toStrictEqual({
      TimeZone: "UTC",
      DateStyle: "ISO, MDY",
      IntervalStyle: "postgres",
      bytea_output: "hex",
      client_encoding: "UTF8",
      path: '"$user", public',
      timeout: "0",
    });
  });
});

function fieldOf(name: string, facts: Record<string, number>) {
  const usual = { tableID: 0, columnID: 0, dataTypeModifier: -1, format: "text" };
  return { name, ...usual, ...facts };
}
