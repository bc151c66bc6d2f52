import type { PageOf } from "../../../db/queries/analytics-export.ts";
import type { ExportFormat } from "../../../protocol/analytics/data.ts";
import { plain } from "./export-tables.ts";
import { type ExportColumn, ParquetRows } from "./parquet.ts";
import { csvLine } from "./text.ts";

/** Rows of one page: few at first, more when they turn out to be small. */
const page_rows = { first: 500, max: 5_000 } as const;
/** A page of fewer bytes is followed by a larger one, one of more by a smaller one. */
const page_bytes = { min: 1024 * 1024, max: 8 * 1024 * 1024 } as const;
const chunk_length_min = 64 * 1024;

/** Media types by format. */
export const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

/**
 * A table as a stream. It is read page by page as the client takes it, and no more than one page, and
 * one row group of Parquet, is in memory at a time. When reading fails the stream breaks off with an
 * error, so that half an export is not taken for a whole one.
 */
export function exportTable<Row>(
  page: PageOf<Row>,
  columns: readonly ExportColumn<Row>[],
  format: ExportFormat,
): ReadableStream<Uint8Array> {
  const chunks = format === "parquet" ? parquetOf(page, columns) : textOf(page, columns, format);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

async function* textOf<Row>(
  page: PageOf<Row>,
  columns: readonly ExportColumn<Row>[],
  format: "csv" | "ndjson",
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = format === "csv" ? csvLine(columns.map(({ name }) => name)) : "";
  for await (const { row } of rowsOf(page)) {
    const values = columns.map(({ value }) => plain(value(row)));
    text +=
      format === "csv"
        ? csvLine(values)
        : `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, values[at]])))}\n`;
    if (text.length < chunk_length_min) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

async function* parquetOf<Row>(
  page: PageOf<Row>,
  columns: readonly ExportColumn<Row>[],
): AsyncGenerator<Uint8Array> {
  const parquet = new ParquetRows(columns);
  for await (const { row, bytes } of rowsOf(page)) {
    const chunk = parquet.add(row, bytes);
    if (chunk !== undefined) yield chunk;
  }
  yield parquet.finish();
}

/** All rows of a table, with about how many bytes each takes. */
async function* rowsOf<Row>(page: PageOf<Row>): AsyncGenerator<{ row: Row; bytes: number }> {
  let limit: number = page_rows.first;
  for (let last: Row | undefined; ; ) {
    const rows = await page(last, limit);
    let page_length = 0;
    for (const row of rows) {
      const bytes = JSON.stringify(row).length;
      page_length += bytes;
      yield { row, bytes };
    }
    last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    if (page_length < page_bytes.min) limit = Math.min(page_rows.max, limit * 2);
    else if (page_length > page_bytes.max) limit = Math.max(1, Math.floor(limit / 2));
  }
}
