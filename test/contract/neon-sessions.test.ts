import { expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

/** What may stay behind in a session, and a look that shows whether it did. */
const stains: readonly [what: string, leave: string, look: string, clean: unknown][] = [
  ["SET", "SET TimeZone = 'Asia/Tokyo'", "SELECT current_setting('TimeZone') AS is", "UTC"],
  [
    "set_config",
    "SELECT set_config('my.secret', 'x', false)",
    "SELECT coalesce(nullif(current_setting('my.secret', true), ''), 'none') AS is",
    "none",
  ],
  ["search_path", "SET search_path TO pg_catalog", "SELECT current_schema() AS is", "public"],
  ["SET ROLE", "SET ROLE pg_monitor", "SELECT current_user = session_user AS is", true],
  ["an open transaction", "BEGIN", "SELECT pg_current_xact_id_if_assigned() IS NULL AS is", true],
  [
    "an open read-only transaction",
    "BEGIN READ ONLY",
    "SELECT current_setting('transaction_read_only') AS is",
    "off",
  ],
  [
    "session characteristics",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SELECT current_setting('default_transaction_read_only') AS is",
    "off",
  ],
  [
    "a temporary table",
    "CREATE TEMP TABLE left_behind (a int)",
    "SELECT to_regclass('pg_temp.left_behind') IS NULL AS is",
    true,
  ],
  [
    "PREPARE",
    "PREPARE mine AS SELECT 1",
    "SELECT count(*)::int AS is FROM pg_prepared_statements",
    0,
  ],
  ["LISTEN", "LISTEN news", "SELECT count(*)::int AS is FROM pg_listening_channels()", 0],
  [
    "a cursor",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "SELECT count(*)::int AS is FROM pg_cursors WHERE name = 'c'",
    0,
  ],
  [
    "an advisory lock",
    "SELECT pg_advisory_lock(77)",
    "SELECT count(*)::int AS is FROM pg_locks WHERE locktype = 'advisory'",
    0,
  ],
];

onEachEngine("sessions", (gateway) => {
  test.each(stains)("%s does not outlive its request", async (_what, leave, look, clean) => {
    const sql = gateway.sql();
    await sql.query(leave);
    // As many looks as there are connections, at once, so that whichever was stained is seen.
    const looks = await Promise.all(Array.from({ length: 10 }, () => sql.query(look)));
    expect(looks).toStrictEqual(looks.map(() => [{ is: clean }]));
  });

  test.each(stains)("%s does not outlive a batch", async (_what, leave, look, clean) => {
    const sql = gateway.sql();
    await sql.transaction([sql.query("SELECT 1"), sql.query(leave)]);
    const looks = await Promise.all(Array.from({ length: 10 }, () => sql.query(look)));
    expect(looks).toStrictEqual(looks.map(() => [{ is: clean }]));
  });

  test("a sequence's currval is not another request's to read", async () => {
    const sql = gateway.sql();
    await sql`CREATE SEQUENCE IF NOT EXISTS numbers`;
    await sql`SELECT nextval('numbers')`;
    await expect(sql`SELECT currval('numbers')`).rejects.toMatchObject({ code: "55000" });
  });

  test("what a transaction left open had written is rolled back, its locks with it", async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)`;
    await sql.query("BEGIN");
    await sql.query("WITH a AS (SELECT set_config('x.y', 'z', false)) SELECT * FROM a");
    await sql`INSERT INTO kept VALUES (1) ON CONFLICT DO NOTHING`;
    await sql`LOCK TABLE kept`.catch((error) => expect(error).toMatchObject({ code: "25P01" }));
    expect(await sql`SELECT id FROM kept`).toStrictEqual([{ id: 1 }]);
  });

  test("within a batch, settings and temporary tables do last from statement to statement", async () => {
    const sql = gateway.sql();
    const results = await sql.transaction([
      sql`SET LOCAL TimeZone = 'Asia/Tokyo'`,
      sql`CREATE TEMP TABLE scratch AS SELECT 5 AS a`,
      sql`SELECT a, current_setting('TimeZone') AS zone FROM scratch`,
    ]);
    expect(results[2]).toStrictEqual([{ a: 5, zone: "Asia/Tokyo" }]);
  });
});
