import { beforeAll, beforeEach, expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("batches", (gateway) => {
  beforeAll(async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE parent (id int PRIMARY KEY)`;
    await sql`CREATE TABLE child (
      id int PRIMARY KEY,
      parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED
    )`;
  });
  beforeEach(async () => {
    await gateway.sql()`TRUNCATE parent, child`;
  });
  const countParents = async () => (await gateway.sql()`SELECT id FROM parent`).length;

  test("all statements see each other and are kept together", async () => {
    const sql = gateway.sql({ fullResults: true });
    const [inserted, selected] = await sql.transaction([
      sql`INSERT INTO parent VALUES (1), (2)`,
      sql`SELECT count(*)::int AS n FROM parent`,
    ]);
    expect(inserted).toMatchObject({ command: "INSERT", rowCount: 2 });
    expect(selected?.rows).toStrictEqual([{ n: 2 }]);
    expect(await countParents()).toBe(2);
  });

  test("an empty batch answers with no results", async () => {
    expect(await gateway.sql().transaction([])).toStrictEqual([]);
  });

  test.each([
    ["ReadUncommitted", "read uncommitted"],
    ["ReadCommitted", "read committed"],
    ["RepeatableRead", "repeatable read"],
    ["Serializable", "serializable"],
  ] as const)(
    "isolation level %s, read only and deferrable reach Postgres",
    async (level, shown) => {
      const sql = gateway.sql();
      for (const readOnly of [false, true])
        for (const deferrable of [false, true]) {
          const results = await sql.transaction(
            [
              sql`SELECT current_setting('transaction_isolation') AS is`,
              sql`SELECT current_setting('transaction_read_only') AS is`,
              sql`SELECT current_setting('transaction_deferrable') AS is`,
            ],
            { isolationLevel: level, readOnly, deferrable },
          );
          const onOff = (on: boolean) => (on ? "on" : "off");
          expect(results.map(([row]) => row?.is)).toStrictEqual([
            shown,
            onOff(readOnly),
            onOff(deferrable),
          ]);
        }
    },
  );

  test("without headers a batch has the server's defaults, and the answer tells headers back", async () => {
    const queries = [{ query: "SHOW transaction_isolation", params: [] }];
    const plain = await gateway.post({ queries });
    expect(plain.json).toMatchObject({
      results: [{ rows: [{ transaction_isolation: "read committed" }] }],
    });
    expect(plain.headers.get("neon-batch-isolation-level")).toBeNull();
    const asked = {
      "neon-batch-isolation-level": "Serializable",
      "neon-batch-read-only": "true",
      "neon-batch-deferrable": "true",
    };
    const told = await gateway.post({ queries }, asked);
    for (const [name, value] of Object.entries(asked)) expect(told.headers.get(name)).toBe(value);
  });

  test("a read-only batch refuses to write", async () => {
    const sql = gateway.sql();
    const batch = sql.transaction([sql`INSERT INTO parent VALUES (1)`], { readOnly: true });
    await expect(batch).rejects.toMatchObject({ code: "25006" });
    expect(await countParents()).toBe(0);
  });

  test("an error in any statement undoes those before it and runs none after it", async () => {
    const sql = gateway.sql();
    const batch = sql.transaction([
      sql`INSERT INTO parent VALUES (1)`,
      sql`SELECT 1 / 0`,
      sql`INSERT INTO parent VALUES (2)`,
    ]);
    await expect(batch).rejects.toMatchObject({ code: "22012", message: "division by zero" });
    expect(await countParents()).toBe(0);
  });

  test("a deferred constraint that fails at COMMIT undoes the batch and is reported in full", async () => {
    const sql = gateway.sql();
    const batch = sql.transaction([
      sql`INSERT INTO parent VALUES (1)`,
      sql`INSERT INTO child VALUES (10, 99)`,
    ]);
    await expect(batch).rejects.toMatchObject({
      code: "23503",
      severity: "ERROR",
      detail: 'Key (parent)=(99) is not present in table "parent".',
      schema: "public",
      table: "child",
      constraint: "child_parent_fkey",
    });
    expect(await countParents()).toBe(0);
    expect(await sql`SELECT * FROM child`).toStrictEqual([]);
  });

  test("a deferred constraint that holds again at COMMIT passes", async () => {
    const sql = gateway.sql();
    await sql.transaction([
      sql`INSERT INTO child VALUES (10, 1)`,
      sql`INSERT INTO parent VALUES (1)`,
    ]);
    expect(await sql`SELECT parent FROM child`).toStrictEqual([{ parent: 1 }]);
  });

  test("of two serializable batches that contradict each other one fails with 40001", async () => {
    const sql = gateway.sql();
    if (gateway.kind === "PGlite") {
      // One session at a time: they cannot overlap, and both must succeed.
      const both = [1, 2].map((id) =>
        sql.transaction([sql`INSERT INTO parent VALUES (${id})`], {
          isolationLevel: "Serializable",
        }),
      );
      await Promise.all(both);
      expect(await countParents()).toBe(2);
      return;
    }
    const contender = (id: number) =>
      sql.transaction(
        [
          sql`SELECT count(*) FROM parent`,
          sql`SELECT pg_sleep(0.3)`,
          sql`INSERT INTO parent VALUES (${id})`,
        ],
        { isolationLevel: "Serializable" },
      );
    const outcomes = await Promise.allSettled([contender(1), contender(2)]);
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures.map((failure) => failure.reason.code)).toStrictEqual(["40001"]);
    expect(await countParents()).toBe(1);
  });

  test("each query of a batch may choose its own row form", async () => {
    const { json } = await gateway.post({
      queries: [
        { query: "SELECT 1 AS a", arrayMode: true },
        { query: "SELECT $1::int AS a", params: [2], arrayMode: false },
        { query: "SELECT 3 AS a" },
      ],
    });
    const { results } = json as { results: { rows: unknown; rowAsArray: boolean }[] };
    expect(results.map(({ rows }) => rows)).toStrictEqual([[[1]], [{ a: 2 }], [{ a: 3 }]]);
    expect(results.map(({ rowAsArray }) => rowAsArray)).toStrictEqual([true, false, false]);
  });

  test("a thousand statements in one batch", async () => {
    const sql = gateway.sql();
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    await sql.transaction(ids.map((id) => sql`INSERT INTO parent VALUES (${id})`));
    expect(await countParents()).toBe(1_000);
  });
});
