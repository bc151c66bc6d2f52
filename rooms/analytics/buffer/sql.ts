/** The part of a Durable Object's SQLite that a buffer uses. */
export interface BufferSql {
  exec<Row extends SqlRow>(
    query: string,
    ...values: SqlValue[]
  ): { toArray(): Row[]; readonly rowsWritten: number };
}

type SqlValue = string | number | null;
export type SqlRow = Record<string, string | number | ArrayBuffer | null>;

/** The same, with rows counted as they are written: each of them is billed. */
export class CountedSql {
  readonly #sql: BufferSql;
  readonly #written: (rows: number) => void;

  /** @param written told how many rows were written */
  constructor(sql: BufferSql, written: (rows: number) => void) {
    this.#sql = sql;
    this.#written = written;
  }

  read<Row extends SqlRow>(query: string, ...values: SqlValue[]): Row[] {
    return this.#sql.exec<Row>(query, ...values).toArray();
  }

  write(query: string, ...values: SqlValue[]): void {
    const cursor = this.#sql.exec(query, ...values);
    cursor.toArray();
    this.#written(cursor.rowsWritten);
  }
}
