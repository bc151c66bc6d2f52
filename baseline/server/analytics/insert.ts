import type { Pool } from "pg";

/** A value of a column, as `pg` takes it. */
export type Cell = string | number | Date | null;

/**
 * Inserts rows as Prisma's `createMany` with `skipDuplicates` does: one statement with a parameter for
 * each value.
 * @param columns in the order in which each row has its cells
 */
export async function createMany(
  pool: Pool,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const width = columns.length;
  const values = rows.map(
    (_, row) => `(${columns.map((_, column) => `$${row * width + column + 1}`).join(",")})`,
  );
  await pool.query(
    `insert into ${table} (${columns.join(",")}) values ${values.join(",")} on conflict do nothing`,
    rows.flat(),
  );
}
