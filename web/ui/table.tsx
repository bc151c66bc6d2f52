import type { ReactNode } from "react";

export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Takes what the other columns leave over. */
  readonly wide?: boolean;
  /** Left out on a phone. */
  readonly minor?: boolean;
};

type TableProps<Row> = {
  /** What the table lists; read by screen readers, not shown. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
};

/** The first column is each row's heading. */
export function Table<Row>({ caption, columns, rows, rowKey }: TableProps<Row>) {
  const shape = (column: Column<Row>) =>
    `px-4 text-left ${column.wide ? "w-full" : "whitespace-nowrap"} ${column.minor ? "max-sm:hidden" : ""}`;
  return (
    <table className="w-full border-collapse text-[0.9375rem]">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-sm text-muted">
          {columns.map((column) => (
            <th key={column.title} scope="col" className={`py-2 font-medium ${shape(column)}`}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className="border-b border-line last:border-b-0">
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.title} scope="row" className={`py-2 font-medium ${shape(column)}`}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.title} className={`py-2 ${shape(column)}`}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
