import { expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("parameters", (gateway) => {
  test("parameters of every JavaScript type arrive as with node-postgres", async () => {
    const values: [string, unknown][] = [
      ["int", -7],
      ["bigint", 9_007_199_254_740_993n],
      ["float8", Math.PI],
      ["boolean", true],
      ["text", "Zoë 🚀 \u0001 \\ \" '"],
      ["text", null],
      ["text", undefined],
      ["timestamptz", new Date(1_767_225_600_123)],
      ["jsonb", { a: [1, { b: null }], ü: "☃" }],
      ["int[]", [1, null, 3]],
      ["text[]", ["a", 'b"\\{},', null, "NULL", "", "line\nbreak"]],
      [
        "int[][]",
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ["jsonb[]", [{ a: 1 }, { b: "x" }]],
      ["bytea", Buffer.from([0, 1, 254, 255])],
      ["bytea[]", [Buffer.from("a"), Buffer.from("b")]],
    ];
    for (const [type, value] of values) {
      const text = `SELECT $1::${type} AS value`;
      const direct = await gateway.withPg((client) => client.query(text, [value]));
      expect(await gateway.sql().query(text, [value]), type).toStrictEqual(direct.rows);
    }
  });

  test("parameters sent as plain JSON become what they look like in Postgres", async () => {
    const body = `{"query": "SELECT $1::text AS n, $2::numeric AS d, $3::bool AS b, $4::jsonb AS o, $5::text[] AS a, $6::text AS nothing, $7::jsonb AS big",
      "params": [9007199254740993, 1.50, true, {"k": [1, 2.50]}, ["x,\\"y\\"", null, "line\\nbreak", 7, true], null, {"big": 12345678901234567890}]}`;
    const { status, json } = await gateway.post(body, { "Neon-Raw-Text-Output": "true" });
    expect(status).toBe(200);
    expect((json as { rows: unknown[] }).rows).toStrictEqual([
      {
        n: "9007199254740993",
        d: "1.50",
        b: "t",
        o: '{"k": [1, 2.50]}',
        a: '{"x,\\"y\\"",NULL,"line\nbreak",7,true}',
        nothing: null,
        big: '{"big": 12345678901234567890}',
      },
    ]);
  });

  test("a statement may have 65,535 parameters and not one more", async () => {
    const sql = gateway.sql();
    const list = (count: number) =>
      Array.from({ length: count }, (_, i) => `$${i + 1}::int`).join(",");
    const params = (count: number) => Array.from({ length: count }, (_, i) => i);
    const text = (count: number) => `SELECT count(*)::int AS n FROM unnest(ARRAY[${list(count)}])`;
    expect(await sql.query(text(65_535), params(65_535))).toStrictEqual([{ n: 65_535 }]);
    await expect(sql.query(text(65_536), params(65_536))).rejects.toMatchObject({ code: "54000" });
  });
});
