import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDb, createSql, sqlState } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { onEachEngine, rejection } from "./neon-engines.ts";

const note = pgTable("note", {
  id: integer("id").primaryKey(),
  body: text("body").notNull(),
  at: timestamp("at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
});

onEachEngine("drizzle and migrations", (gateway) => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-migrations-"));
    await createDb(gateway.info).execute(sql`DROP SCHEMA IF EXISTS drizzle CASCADE`);
    await createDb(gateway.info).execute(sql`DROP TABLE IF EXISTS note, extra`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Migrations of this test's own, as drizzle-kit lays them out. */
  async function lay(files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(join(folder, "meta"), { recursive: true });
    const entries = Object.keys(files).map((tag, idx) => ({ idx, when: 1_000 + idx, tag }));
    await writeFile(join(folder, "meta", "_journal.json"), JSON.stringify({ entries }));
    for (const [tag, statements] of Object.entries(files))
      await writeFile(join(folder, `${tag}.sql`), statements);
  }
  const migrate = () => migrateDatabase({ ...gateway.info, folder });
  const noteTable = `CREATE TABLE note (id int PRIMARY KEY, body text NOT NULL, at timestamptz NOT NULL DEFAULT now());
    --> statement-breakpoint
    CREATE INDEX note_at ON note (at);`;

  test("rows are written, read, changed and deleted", async () => {
    await lay({ "0000_note": noteTable });
    await migrate();
    const db = createDb(gateway.info);
    const [written] = await db.insert(note).values({ id: 1, body: "ü" }).returning();
    expect(written?.at).toBeInstanceOf(Date);
    await db.update(note).set({ body: "ö" }).where(eq(note.id, 1));
    expect(await db.select({ body: note.body }).from(note)).toStrictEqual([{ body: "ö" }]);
    const [rows, counted] = await db.batch([
      db.delete(note).where(eq(note.id, 1)).returning({ id: note.id }),
      db.select({ n: sql<number>`count(*)::int` }).from(note),
    ]);
    expect([rows, counted]).toStrictEqual([[{ id: 1 }], [{ n: 0 }]]);
  });

  test("sqlState reads a single query's error and a batch's alike, and nothing else", async () => {
    await lay({ "0000_note": noteTable });
    await migrate();
    const db = createDb(gateway.info);
    const insert = () => db.insert(note).values({ id: 1, body: "" });
    await insert();
    expect(sqlState(await rejection(insert()))).toBe("23505");
    expect(sqlState(await rejection(db.batch([insert(), insert()])))).toBe("23505");
    expect(sqlState(new Error("no"))).toBeUndefined();
    expect(sqlState(Object.assign(new Error("no"), { code: "ECONNREFUSED" }))).toBeUndefined();
    expect(sqlState(undefined)).toBeUndefined();
  });

  test("each query has a deadline of its own", async () => {
    const db = createDb({ ...gateway.info, query_ms_max: 1_500 });
    const error = await rejection(db.execute(sql`SELECT pg_sleep(20)`));
    expect(String(error.cause)).toMatch(/timeout|abort/i);
    const fast = createDb({ ...gateway.info, query_ms_max: 10_000 });
    await fast.execute(sql`SELECT 1`);
    expect(() => createDb({ ...gateway.info, query_ms_max: 0 })).toThrow(RangeError);
    expect(() => createDb({ ...gateway.info, query_ms_max: Number.NaN })).toThrow(RangeError);
  });

  test("an address that is none is refused without being repeated", () => {
    for (const databaseUrl of [
      "",
      "hush",
      "https://me:hush@host/db",
      "postgres://me:hush@ho st/db",
    ])
      expect(() => createDb({ databaseUrl })).toThrow(/^the database's address is not/);
  });

  test("two databases can be spoken to side by side", async () => {
    const other = {
      databaseUrl: "postgres://a:b@elsewhere.tld/db",
      fetchEndpoint: "http://127.0.0.1:9/",
    };
    const nowhere = createSql(other);
    const here = createSql(gateway.info);
    await expect(nowhere`SELECT 1`).rejects.toThrow("Error connecting");
    expect(await here`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);
  });

  test("the project's own migrations apply once", async () => {
    const own = join(import.meta.dirname, "..", "..", "db", "migrations");
    await cp(own, folder, { recursive: true });
    const journal = JSON.parse(await readFile(join(own, "meta", "_journal.json"), "utf8"));
    const tags = journal.entries.map((entry: { tag: string }) => entry.tag);
    expect((await migrate()).map(({ tag }) => tag)).toStrictEqual(tags);
    expect(await migrate()).toStrictEqual([]);
  });

  test("of several that run at once each migration is applied by exactly one", async () => {
    const files = Array.from({ length: 6 }, (_, i) => [
      `000${i}_m`,
      `CREATE TABLE IF NOT EXISTS extra (n int); --> statement-breakpoint\nINSERT INTO extra VALUES (${i})`,
    ]);
    await lay(Object.fromEntries(files));
    const runs = await Promise.all(Array.from({ length: 5 }, migrate));
    const tags = runs
      .flat()
      .map(({ tag }) => tag)
      .sort();
    expect(tags).toStrictEqual(files.map(([tag]) => tag));
    const rows = await createSql(gateway.info)`SELECT n FROM extra ORDER BY n`;
    expect(rows.map((row) => row.n)).toStrictEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a migration that fails leaves no trace and says which it was", async () => {
    await lay({
      "0000_note": noteTable,
      "0001_bad": "CREATE TABLE extra (n int);\n--> statement-breakpoint\nSELECT 1 / 0;",
    });
    await expect(migrate()).rejects.toThrow(
      "migration 0001_bad failed and was rolled back: division by zero",
    );
    const query = createSql(gateway.info);
    expect(await query`SELECT to_regclass('extra') AS t`).toStrictEqual([{ t: null }]);
    expect(await query`SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations`).toStrictEqual([
      { n: 1 },
    ]);
  });

  test("a migration changed after it was applied is refused", async () => {
    await lay({ "0000_note": noteTable });
    await migrate();
    await lay({ "0000_note": `${noteTable} -- better` });
    await expect(migrate()).rejects.toThrow("0000_note was changed after it was applied");
  });
});
