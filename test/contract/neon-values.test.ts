import { afterAll, beforeAll, expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

/** One expression for each kind of value a table may hold, as SQL. */
const expressions: Readonly<Record<string, string>> = {
  numeric: "12345678901234567890.123456789012345678::numeric",
  numeric_nan: "'NaN'::numeric",
  numeric_infinity: "'-Infinity'::numeric",
  bigint: "9223372036854775807::bigint",
  smallint: "(-32768)::smallint",
  real: "3.14159274::real",
  double: "1e300::float8",
  double_nan: "'NaN'::float8",
  double_infinity: "'-Infinity'::float8",
  money: "'12.34'::money",
  boolean: "false",
  text_unicode: "E'Zoë \\u2603 \\U0001F680 \"quoted\" \\\\ back\\ttab\\nline'",
  text_empty: "''::text",
  char_padded: "'ab'::char(5)",
  json: `'{"b": 1, "a": [1.50, null, "x"]}'::json`,
  jsonb: `'{"b": 1, "a": [1.50, null, "x"]}'::jsonb`,
  bytea: "'\\xdeadbeef00'::bytea",
  date: "'2026-02-28'::date",
  date_infinity: "'infinity'::date",
  time: "'17:18:19.123456'::time",
  timetz: "'16:17:18+01:30'::timetz",
  timestamp: "'2026-02-28 23:59:59.999999'::timestamp",
  timestamptz: "'2026-02-28 23:59:59.999999+05'::timestamptz",
  timestamptz_infinity: "'-infinity'::timestamptz",
  timestamp_bc: "'0044-03-15 12:00:00 BC'::timestamp",
  interval: "'1 year 2 months -3 days 04:05:06.789'::interval",
  uuid: "'0190163d-8694-739b-aea5-966c26f8ad91'::uuid",
  inet: "'2001:db8::1/64'::inet",
  macaddr: "'11:22:33:44:55:66'::macaddr",
  point: "'(2,3)'::point",
  circle: "'<(2,3),1>'::circle",
  box: "'(1,1),(0,0)'::box",
  int4range: "'[1,4)'::int4range",
  tstzrange: "'[2026-01-01 00:00+00,)'::tstzrange",
  multirange: "'{[1,3),[5,9)}'::int4multirange",
  bits: "B'10101'",
  xid: "'42'::xid",
  regclass: "'pg_class'::regclass",
  tsvector: "'fat cat'::tsvector",
  record: "row(1, 'two', null)",
  int_array: "'{1,2,NULL}'::int[]",
  int_matrix: "'{{1,2},{3,4}}'::int[]",
  array_lower_bound: "'[0:1]={7,8}'::int[]",
  array_empty: "'{}'::text[]",
  text_array: `ARRAY['a', 'b "c" \\\\ d', '', 'NULL', NULL, 'e,f', '{g}']`,
  bool_array: "'{t,f}'::bool[]",
  float_array: "'{1.5,NaN,Infinity}'::float8[]",
  json_array: `ARRAY['{"a":1}'::json, '[1,2]'::json]`,
  timestamptz_array: "ARRAY['2026-02-28 23:59:59+00'::timestamptz]",
  bytea_array: "ARRAY['\\xdead'::bytea]",
  box_array: "'{(1,1),(0,0);(3,3),(2,2)}'::box[]",
  enumeration: "'happy'::mood",
  enum_array: "'{sad,happy}'::mood[]",
  domain: "'a@b'::email",
  composite: "row('x', 5)::pair",
  nothing: "NULL",
};

/** Both drivers make a class of their own of an interval; only its fields are compared. */
function plain(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value?.constructor.name === "PostgresInterval" ? { ...value } : value,
      ]),
    ),
  );
}

onEachEngine("values", (gateway) => {
  beforeAll(async () => {
    const sql = gateway.sql();
    await sql`CREATE TYPE mood AS ENUM ('sad', 'happy')`;
    await sql`CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%')`;
    await sql`CREATE TYPE pair AS (name text, count int)`;
  });
  afterAll(async () => {
    const sql = gateway.sql();
    await sql`DROP TYPE mood, pair CASCADE`;
    await sql`DROP DOMAIN email CASCADE`;
  });

  test.each(Object.entries(expressions))(
    "%s comes out as from node-postgres",
    async (name, expression) => {
      const text = `SELECT ${expression} AS "${name}"`;
      const direct = await gateway.withPg((client) => client.query(text));
      const overHttp = await gateway.sql({ fullResults: true }).query(text);
      expect(plain(overHttp.rows)).toStrictEqual(plain(direct.rows));
      expect(overHttp.fields).toStrictEqual(direct.fields.map((field) => ({ ...field })));
      const arrays = await gateway.sql({ arrayMode: true }).query(text);
      expect(arrays).toHaveLength(direct.rows.length);
      expect(plain(arrays.map((row) => ({ ...row })))).toStrictEqual(
        plain(direct.rows.map((row) => ({ ...Object.values(row) }))),
      );
    },
  );

  test("a wide row survives being written and read back", async () => {
    const sql = gateway.sql();
    const columns = Object.keys(expressions).filter((name) => name !== "record");
    const select = columns.map((name) => `${expressions[name]} AS "${name}"`).join(", ");
    await sql.query(`CREATE TABLE wide AS SELECT ${select}`);
    const direct = await gateway.withPg((client) => client.query("SELECT * FROM wide"));
    const overHttp = await gateway.sql({ fullResults: true })`SELECT * FROM wide`;
    expect(plain(overHttp.rows)).toStrictEqual(plain(direct.rows));
    expect(overHttp.fields).toStrictEqual(direct.fields.map((field) => ({ ...field })));
    await sql`DROP TABLE wide`;
  });

  test("without raw output, values are the JSON nearest to their type", async () => {
    const { json } = await gateway.post({
      query: `SELECT true AS b, 7::int2 AS i, 2147483647 AS j, 9223372036854775807 AS k, 1.5::float4 AS f,
        'NaN'::float8 AS nan, 1.50::numeric AS n, '{"a":[1,2.50]}'::json AS json, NULL AS nothing,
        ARRAY[1,NULL,3] AS ints, ARRAY[['a','b"'],['','NULL']] AS texts, ARRAY[true,false] AS bools,
        '[0:1]={7,8}'::int[] AS shifted, '{(1,1),(0,0);(3,3),(2,2)}'::box[] AS boxes,
        ARRAY['{"x":"}"}'::jsonb] AS jsons, '{}'::int[] AS none, 'x' AS "__proto__"`,
    });
    const [row] = (json as { rows: Record<string, unknown>[] }).rows;
    expect(row).toStrictEqual(
      JSON.parse(`{"b": true, "i": 7, "j": 2147483647, "k": "9223372036854775807", "f": 1.5,
        "nan": "NaN", "n": "1.50", "json": {"a": [1, 2.5]}, "nothing": null,
        "ints": [1, null, 3], "texts": [["a", "b\\""], ["", "NULL"]], "bools": [true, false],
        "shifted": [7, 8], "boxes": ["(1,1),(0,0)", "(3,3),(2,2)"],
        "jsons": [{"x": "}"}], "none": [], "__proto__": "x"}`),
    );
  });
});
