import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { createSql, type DbOptions, sqlState } from "./client.ts";

export interface AppliedMigration {
  readonly tag: string;
  readonly statements: number;
  readonly took_ms: number;
}

export interface MigrateOptions extends Omit<DbOptions, "query_ms_max"> {
  /** Where the migrations lie; `db/migrations` if not given. */
  readonly folder?: string;
  /** Told of each migration once it is applied. */
  readonly report?: (migration: AppliedMigration) => void;
}

interface Migration {
  readonly tag: string;
  /** The moment it was generated, which is its identity in drizzle's table. */
  readonly created_ms: number;
  readonly hash: string;
  readonly statements: readonly string[];
}

type Sql = ReturnType<typeof createSql>;

const migration_ms_max = 60_000;
/** Any number will do, as long as nothing else takes the same lock. */
const lockKey = 7_316_027;
const uniqueViolation = "23505";

/**
 * Brings a database up to date: applies every migration that it lacks, in order, each in one
 * transaction together with the note that it was applied. It keeps drizzle's own table, so that
 * `drizzle-kit migrate` and this can take turns.
 *
 * Two may run at once. Over HTTP no lock can be held from one request to the next, so each
 * transaction takes an advisory lock of its own and then notes its migration in a unique column: who
 * comes second waits, fails there before it has changed anything, and goes on with the next.
 * @returns what was applied by this call
 * @throws Error if a migration fails (the database stays as the one before left it), or if a file
 * was changed after it was applied
 */
export async function migrateDatabase(options: MigrateOptions): Promise<AppliedMigration[]> {
  const folder = options.folder ?? join(import.meta.dirname, "migrations");
  const migrations = await readMigrations(folder);
  const sql = createSql({ ...options, query_ms_max: migration_ms_max });
  const known = await readApplied(sql);
  const applied: AppliedMigration[] = [];
  for (const migration of migrations) {
    const hash = known.get(migration.created_ms);
    if (hash !== undefined && hash !== migration.hash)
      throw new Error(
        `migration ${migration.tag} was changed after it was applied: put the file back as it was, ` +
          "or, if this database is a local one, clear it with npm run reset",
      );
    if (hash !== undefined) continue;
    const begin_ms = performance.now();
    if (!(await apply(sql, migration))) continue;
    const took_ms = Math.round(performance.now() - begin_ms);
    const done = { tag: migration.tag, statements: migration.statements.length, took_ms };
    applied.push(done);
    options.report?.(done);
  }
  return applied;
}

/** Makes drizzle's table where it lacks, and reads it: hashes by the moment of generation. */
async function readApplied(sql: Sql): Promise<ReadonlyMap<number, string>> {
  const results = await sql.transaction([
    sql`SELECT pg_advisory_xact_lock(${lockKey})`,
    sql`CREATE SCHEMA IF NOT EXISTS drizzle`,
    sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations
      (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
    sql`CREATE UNIQUE INDEX IF NOT EXISTS __drizzle_migrations_created_at_key
      ON drizzle.__drizzle_migrations (created_at)`,
    sql`SELECT created_at, hash FROM drizzle.__drizzle_migrations`,
  ]);
  const rows = z
    .array(z.object({ created_at: z.coerce.number(), hash: z.string() }))
    .parse(results.at(-1));
  return new Map(rows.map((row) => [row.created_at, row.hash]));
}

/** False if somebody else applied it in the meantime. */
async function apply(sql: Sql, migration: Migration): Promise<boolean> {
  const { tag, hash, created_ms, statements } = migration;
  try {
    await sql.transaction([
      sql`SELECT pg_advisory_xact_lock(${lockKey})`,
      sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${created_ms})`,
      ...statements.map((statement) => sql.query(statement)),
    ]);
    return true;
  } catch (error) {
    if (isNoteTaken(error)) return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`migration ${tag} failed and was rolled back: ${reason}`, { cause: error });
  }
}

function isNoteTaken(error: unknown): boolean {
  return (
    sqlState(error) === uniqueViolation &&
    Reflect.get(Object(error), "constraint") === "__drizzle_migrations_created_at_key"
  );
}

const journalSchema = z.object({
  entries: z.array(z.object({ when: z.number().int(), tag: z.string() })),
});

/** The migrations in their order, hashed as drizzle does. */
async function readMigrations(folder: string): Promise<Migration[]> {
  const journal = await readFile(join(folder, "meta", "_journal.json"), "utf8");
  const { entries } = journalSchema.parse(JSON.parse(journal));
  return Promise.all(
    entries.map(async ({ tag, when }) => {
      const text = await readFile(join(folder, `${tag}.sql`), "utf8");
      return {
        tag,
        created_ms: when,
        hash: createHash("sha256").update(text).digest("hex"),
        statements: text.split("--> statement-breakpoint").filter((part) => part.trim() !== ""),
      };
    }),
  );
}

/** `npm run db:migrate` */
async function main(): Promise<void> {
  const { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: fetchEndpoint } = process.env;
  if (!databaseUrl)
    throw new Error(
      "DATABASE_URL is missing: set it to the connection string of the database to migrate " +
        "(and NEON_FETCH_ENDPOINT, if it is not at Neon)",
    );
  const applied = await migrateDatabase({
    databaseUrl,
    ...(fetchEndpoint ? { fetchEndpoint } : {}),
    report: ({ tag, statements, took_ms }) =>
      console.log(`applied ${tag} (${statements} statements, ${took_ms} ms)`),
  });
  if (applied.length === 0) console.log("nothing to apply: the database is up to date");
}

if (import.meta.main)
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
