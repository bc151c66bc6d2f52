import type { Db } from "../../db/client.ts";
import { exportPages } from "../../db/queries/identity-export.ts";
import { type DataOwner, type ExportTable, paged } from "./data-owner.ts";

const format = "offrail-export-1";

/** What accounts keep of a person. */
export function accountTables(db: Db, userId: string, email: string): ExportTable[] {
  return Object.entries(exportPages(db, userId, email)).map(([table, page]) => ({
    table,
    rows: () =>
      paged<{ readonly id: string } & Record<string, unknown>, string>(
        (after, limit) => page(after ?? "", limit),
        ({ id }) => id,
      ),
  }));
}

/** Everything that is kept of a person, of all modules. */
export function exportTables(
  db: Db,
  owners: readonly DataOwner[],
  user: { readonly id: string; readonly email: string },
): ExportTable[] {
  return [
    ...accountTables(db, user.id, user.email),
    ...owners.flatMap((owner) => owner.exportTables(db, user.id)),
  ];
}

/**
 * The export as JSON, `{format, exportedAt, tables: {<table>: [row, ...]}}`, written as rows come, so
 * that it may be of any size. When reading fails halfway the stream breaks off with an error, and
 * what has arrived is not valid JSON: half an export can not be taken for a whole one.
 */
export function exportStream(
  tables: readonly ExportTable[],
  exportedAt: Date,
): ReadableStream<Uint8Array> {
  const pieces = exportText(tables, exportedAt);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/** Rows are put together until they make a chunk worth sending. */
const chunk_length_min = 16 * 1024;

async function* exportText(tables: readonly ExportTable[], exportedAt: Date) {
  let text = `{"format":${JSON.stringify(format)},"exportedAt":${JSON.stringify(exportedAt)},"tables":{`;
  for (const [at, { table, rows }] of tables.entries()) {
    text += `${at === 0 ? "" : ","}\n${JSON.stringify(table)}:[`;
    let first = true;
    for await (const row of rows()) {
      text += `${first ? "" : ","}\n${JSON.stringify(row)}`;
      first = false;
      if (text.length < chunk_length_min) continue;
      yield text;
      text = "";
    }
    text += "]";
  }
  yield `${text}}}\n`;
}
