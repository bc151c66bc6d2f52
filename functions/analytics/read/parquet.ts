import { type BasicType, ByteWriter, ParquetWriter } from "hyparquet-writer";

/** A column of an export, in each of its forms. */
export interface ExportColumn<Row> {
  readonly name: string;
  readonly type: Extract<BasicType, "STRING" | "DOUBLE" | "BOOLEAN" | "TIMESTAMP" | "JSON">;
  readonly value: (row: Row) => unknown;
}

/** Rows and bytes of one row group, whichever comes first: all that is in memory at a time. */
const group_rows_max = 10_000;
const group_bytes_max = 8 * 1024 * 1024;

/**
 * Writes rows as Apache Parquet, in row groups that leave memory as soon as they are full; only the
 * footer grows, by a kilobyte or two for each.
 */
export class ParquetRows<Row> {
  readonly #columns: readonly ExportColumn<Row>[];
  readonly #writer = new ByteWriter();
  readonly #parquet: ParquetWriter;
  #rows: Row[] = [];
  #bytes = 0;

  constructor(columns: readonly ExportColumn<Row>[]) {
    this.#columns = columns;
    this.#parquet = new ParquetWriter({
      writer: this.#writer,
      schema: [
        { name: "root", num_children: columns.length },
        ...columns.map(({ name, type }) => ({ name, ...physical[type] })),
      ],
      createdBy: "offrail",
    });
  }

  /**
   * @param bytes about as many as the row takes
   * @returns what can be sent on, if a group was filled
   */
  add(row: Row, bytes: number): Uint8Array<ArrayBuffer> | undefined {
    this.#rows.push(row);
    this.#bytes += bytes;
    if (this.#rows.length < group_rows_max && this.#bytes < group_bytes_max) return undefined;
    this.#writeGroup();
    return this.#taken();
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#writeGroup();
    void this.#parquet.finish();
    return this.#taken();
  }

  #writeGroup(): void {
    if (this.#rows.length === 0) return;
    const rows = this.#rows;
    void this.#parquet.write({
      columnData: this.#columns.map(({ name, value }) => ({ name, data: rows.map(value) })),
      rowGroupSize: rows.length,
    });
    this.#rows = [];
    this.#bytes = 0;
  }

  /** The bytes written since the last time; offsets count on. */
  #taken(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#writer.getBuffer());
    this.#writer.index = 0;
    return bytes;
  }
}

const optional = { repetition_type: "OPTIONAL" } as const;
const physical = {
  STRING: { type: "BYTE_ARRAY", converted_type: "UTF8", ...optional },
  JSON: { type: "BYTE_ARRAY", converted_type: "JSON", ...optional },
  DOUBLE: { type: "DOUBLE", ...optional },
  BOOLEAN: { type: "BOOLEAN", ...optional },
  TIMESTAMP: { type: "INT64", converted_type: "TIMESTAMP_MILLIS", ...optional },
} as const;
