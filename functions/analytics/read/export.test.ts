import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { exportTable } from "./export.ts";
import type { ExportColumn } from "./parquet.ts";
import { csvCell } from "./text.ts";

interface Row {
  readonly id: number;
  readonly text: string;
}

const columns: readonly ExportColumn<Row>[] = [
  { name: "id", type: "DOUBLE", value: ({ id }) => id },
  { name: "text", type: "STRING", value: ({ text }) => text },
  { name: "at", type: "TIMESTAMP", value: ({ id }) => new Date(id * 1000) },
];

/** A table of so many rows, which notes how it was asked. */
const tableOf = (rows: number, text = "x", fails_at = Number.POSITIVE_INFINITY) => {
  const limits: number[] = [];
  const page = async (after: Row | undefined, limit: number) => {
    const from = (after?.id ?? -1) + 1;
    limits.push(limit);
    if (from >= fails_at) throw new Error("the database went away");
    return Array.from({ length: Math.min(limit, rows - from) }, (_, at) => ({
      id: from + at,
      text,
    }));
  };
  return { limits, page };
};
const readAll = async (stream: ReadableStream<Uint8Array>) =>
  await new Response(stream).arrayBuffer();

describe("an export", () => {
  test("reads as fast as it is taken, and in pages that suit the size of rows", async () => {
    const small = tableOf(60_000);
    const reader = exportTable(small.page, columns, "csv").getReader();
    await reader.read();
    expect(small.limits.length).toBeLessThan(8);
    for (let read = await reader.read(); !read.done; ) read = await reader.read();
    expect(small.limits.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 5_000]);
    const large = tableOf(3_000, "x".repeat(20_000));
    await readAll(exportTable(large.page, columns, "ndjson"));
    expect(large.limits.slice(0, 3)).toEqual([500, 250, 250]);
  });

  test("as Parquet comes in row groups, none of which is large", async () => {
    const many = await readAll(exportTable(tableOf(25_000).page, columns, "parquet"));
    const groups = parquetMetadata(many).row_groups.map(({ num_rows }) => Number(num_rows));
    expect(groups).toEqual([10_000, 10_000, 5_000]);
    const rows = await parquetReadObjects({ file: many });
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 25_000 }, (_, id) => id));
    expect(rows.at(-1)).toEqual({ id: 24_999, text: "x", at: new Date(24_999_000) });
    const wide = tableOf(1_000, "x".repeat(20_000));
    const large = await readAll(exportTable(wide.page, columns, "parquet"));
    expect(parquetMetadata(large).row_groups.length).toBeGreaterThan(1);
  });

  test.each(["csv", "ndjson", "parquet"] as const)(
    "as %s breaks off when the database goes away, instead of ending too soon",
    async (format) => {
      const stream = exportTable(tableOf(20_000, "x", 5_000).page, columns, format);
      await expect(readAll(stream)).rejects.toThrow();
    },
  );

  test("stops reading when nobody takes it any more", async () => {
    const table = tableOf(1_000_000);
    const reader = exportTable(table.page, columns, "csv").getReader();
    await reader.read();
    await reader.cancel();
    const asked = table.limits.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(table.limits.length).toBe(asked);
  });
});

describe("a cell of CSV", () => {
  test.each([
    [null, ""],
    [undefined, ""],
    ["plain", "plain"],
    [-12.5, "-12.5"],
    ["-12.5", "-12.5"],
    [true, "true"],
    ["=1+1", "'=1+1"],
    ["+49 30", "'+49 30"],
    ["-2+3", "'-2+3"],
    ["@cmd", "'@cmd"],
    ["\t=1", "'\t=1"],
    ['say "hi", twice', '"say ""hi"", twice"'],
    ["two\nlines", '"two\nlines"'],
    [{ a: 1 }, '"{""a"":1}"'],
  ])("of %j is %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
