import type { QueryConfig } from "pg";
import { beforeAll, expect, test } from "vitest";
import { sqlErrorFields } from "../../local/postgres/engine/errors.ts";
import { onEachEngine, rejection } from "./neon-engines.ts";

/** Statements that fail, each with what Postgres must be asked for parameters. */
const failing: readonly [text: string, params?: unknown[]][] = [
  ["SELEC 1"],
  ["SELECT 123 WHERE x"],
  ["SELECT * FROM missing_table"],
  ["SELECT missing_function(1)"],
  ["SELECT 1 / 0"],
  ["SELECT 'abc'::int"],
  ["SELECT $1::int", ["abc"]],
  ["SELECT $1", []],
  ["SELECT $1", [1, 2]],
  ["SELECT '2026-02-30'::date"],
  ["SELECT repeat('x', -1) || 1e400::float8"],
  ["INSERT INTO strict_table (id) VALUES (1)"],
  ["INSERT INTO strict_table VALUES (1, 'a', 5), (1, 'b', 5)"],
  ["INSERT INTO strict_table VALUES (1, 'a', -5)"],
  ["INSERT INTO strict_table VALUES (1, 'much too long a name', 5)"],
  ["INSERT INTO strict_table VALUES (1, 'a', 5, 6)"],
  ["INSERT INTO strict_table (id, name, amount) VALUES ($1, $2, $3)", [2, "b", "five"]],
  ["INSERT INTO positive VALUES (-1)"],
  ["SELECT fails_inside(0)"],
  [
    "DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = 'ZZ001', DETAIL = 'd', HINT = 'h', COLUMN = 'c', DATATYPE = 't'; END $$",
  ],
  ["CREATE TABLE strict_table (id int)"],
  ["DROP TYPE small"],
  ["COMMIT PREPARED 'nothing'"],
  ["SET TimeZone = 'Nowhere/Land'"],
  ["SELECT E'Zoë ☃ 🚀' FROM nowhere_ü"],
];

onEachEngine("errors", (gateway) => {
  beforeAll(async () => {
    const sql = gateway.sql();
    await sql`CREATE DOMAIN small AS int CHECK (VALUE > 0)`;
    await sql`CREATE TABLE strict_table (
      id int PRIMARY KEY, name varchar(5) NOT NULL, amount int CHECK (amount > 0)
    )`;
    await sql`CREATE TABLE positive (value small)`;
    await sql.query(
      "CREATE FUNCTION fails_inside(divisor int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1 / divisor; END'",
    );
  });

  test.each(failing)(
    "%s %j fails with every field node-postgres has",
    async (text, params = []) => {
      const overHttp = await rejection(gateway.sql().query(text, params));
      const extended = { text, values: params, queryMode: "extended" } as QueryConfig;
      const direct = await gateway.withPg((client) => rejection(client.query(extended)));
      expect(overHttp.name).toBe("NeonDbError");
      const said = (error: Record<string, unknown>) => [
        ["message", error.message],
        ...sqlErrorFields.map((name) => [name, error[name]]),
      ];
      expect(said(overHttp)).toStrictEqual(said(direct));
      expect(overHttp.code).toMatch(/^[0-9A-Z]{5}$/);
    },
  );

  test("an error body has every field of Neon's, null where Postgres said nothing", async () => {
    const { status, json, headers } = await gateway.post({ query: "SELECT 1 / 0" });
    expect(status).toBe(400);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(Object.keys(json as object).sort()).toStrictEqual(["message", ...sqlErrorFields].sort());
    expect(json).toMatchObject({ message: "division by zero", code: "22012", hint: null });
  });

  test("a zero byte, which the protocol cannot carry, is Postgres's own error for it", async () => {
    const sql = gateway.sql();
    const refused = { code: "22021", message: 'invalid byte sequence for encoding "UTF8": 0x00' };
    await expect(sql.query("SELECT 1 \0 AS a")).rejects.toMatchObject(refused);
    await expect(sql.query("SELECT $1::text", ["a\0b"])).rejects.toMatchObject(refused);
    await expect(sql.query("SELECT $1::text[]", [["a\0b"]])).rejects.toMatchObject(refused);
    expect(await sql`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);
  });

  test("half a surrogate pair is refused instead of being replaced", async () => {
    await expect(gateway.sql().query("SELECT $1::text", ["\ud800"])).rejects.toThrow("surrogate");
  });

  test("COPY fails at once in either direction and leaves the connection in order", async () => {
    const sql = gateway.sql();
    await expect(sql.query("COPY strict_table FROM STDIN")).rejects.toMatchObject({
      code: "57014",
      message: expect.stringContaining("COPY from stdin failed"),
    });
    await expect(sql.query("COPY (SELECT 1) TO STDOUT")).rejects.toMatchObject({ code: "0A000" });
    const batch = sql.transaction([sql`SELECT 1`, sql.query("COPY strict_table FROM STDIN")]);
    await expect(batch).rejects.toMatchObject({ code: "57014" });
    expect(await sql`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);
  });
});
