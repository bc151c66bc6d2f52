import { getAuthTables } from "better-auth/db";
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { createDb } from "../../db/client.ts";
import * as tables from "../../db/schema/identity.ts";
import { createAuth } from "./auth.ts";

/** What the accounts library, configured as it is here, expects of its tables. */
const expected = getAuthTables(
  createAuth({
    db: createDb({ databaseUrl: "postgres://u:p@nowhere.test/db" }),
    origin: "http://localhost:8787",
    secret: "a secret of at least 32 characters for this",
    sessions: { read: async () => undefined, library: {} as never },
    mailer: undefined,
    moveOwnership: async () => {},
    now_ms: () => 0,
    inBackground: () => {},
  }).options,
);
const ours: Readonly<Record<string, unknown>> = { ...tables, apikey: tables.apiKey };

test("there is a table for everything the library keeps, and nothing of it is left over", () => {
  const kept = Object.keys(expected).sort();
  expect(kept).toEqual([
    "account",
    "apikey",
    "invitation",
    "member",
    "organization",
    "session",
    "user",
    "verification",
  ]);
});

/** It has two values, and nobody looks for keys by it. */
const unindexed = new Set(["apikey.configId"]);

test.each(Object.entries(expected))(
  "the table %s is what the library expects",
  (name, { fields }) => {
    const table = ours[name];
    if (!is(table, PgTable)) throw new Error(`there is no table ${name}`);
    const columns: Readonly<
      Record<string, { dataType: string; notNull: boolean; isUnique: boolean; name: string }>
    > = getTableColumns(table);
    expect(Object.keys(columns).sort()).toEqual(["id", ...Object.keys(fields)].sort());
    const { foreignKeys, indexes } = getTableConfig(table);
    const uniqueAlone = new Set(
      indexes
        .filter(({ config }) => config.unique && config.columns.length === 1)
        .flatMap(({ config }) =>
          config.columns.map((column) => ("name" in column ? column.name : "")),
        ),
    );
    const indexed = new Set(
      indexes.map(
        ({
          config: {
            columns: [first],
          },
        }) => (first && "name" in first ? first.name : ""),
      ),
    );
    for (const [field, expectation] of Object.entries(fields)) {
      const column = columns[field];
      const what = `${name}.${field}`;
      const types: Readonly<Record<string, string>> = {
        date: "date",
        boolean: "boolean",
        number: "number",
      };
      expect(column?.dataType, what).toBe(types[String(expectation.type)] ?? "string");
      if (expectation.required !== false) expect(column?.notNull, what).toBe(true);
      else expect(column?.notNull, what).toBe(false);
      const unique = column?.isUnique || uniqueAlone.has(column?.name);
      if (expectation.unique) expect(unique, what).toBe(true);
      if (expectation.index && !unindexed.has(what))
        expect(unique || indexed.has(column?.name), what).toBe(true);
      if (expectation.references) {
        const key = foreignKeys.find(
          ({ reference }) => reference().columns[0]?.name === column?.name,
        );
        expect(key?.onDelete, what).toBe("cascade");
      }
    }
  },
);
