import { expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

const mebibyte = 1024 * 1024;
/** Hundreds of megabytes take their time on a busy machine. */
const large_ms_max = 120_000;

onEachEngine("sizes", (gateway) => {
  const alive = async () =>
    expect(await gateway.sql()`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);

  test("a request of almost 64 MB goes through, a larger one gets 413", {
    timeout: large_ms_max,
  }, async () => {
    const text = "x".repeat(60 * mebibyte);
    const sql = gateway.sql();
    expect(await sql`SELECT length(${text}::text) AS n`).toStrictEqual([{ n: text.length }]);
    const { status, json } = await gateway.post({
      query: "SELECT 1",
      params: ["x".repeat(65 * mebibyte)],
    });
    expect(status).toBe(413);
    expect(json).toMatchObject({ message: `request is too large (max is ${64 * mebibyte} bytes)` });
    await alive();
  });

  test("an answer of almost 64 MB comes through, a larger one gets 507", {
    timeout: large_ms_max,
  }, async () => {
    const sql = gateway.sql();
    const rows = await sql`SELECT repeat('x', 1000000) AS x FROM generate_series(1, 60)`;
    expect(rows).toHaveLength(60);
    const answer = await gateway.post({
      query: "SELECT repeat('x', 1000000) FROM generate_series(1, 300)",
    });
    expect(answer.status).toBe(507);
    expect(answer.json).toMatchObject({
      message: `response is too large (max is ${64 * mebibyte} bytes)`,
    });
    await alive();
  });

  test("many small rows beyond the limit, and one huge value, are refused too", {
    timeout: large_ms_max,
  }, async () => {
    const rows = await gateway.post({ query: "SELECT 1 FROM generate_series(1, 6000000)" });
    expect(rows.status).toBe(507);
    const value = await gateway.post({ query: "SELECT repeat('x', 100000000)" });
    expect(value.status).toBe(507);
    await alive();
  });

  test("a value that no string can hold is refused without harm", {
    timeout: large_ms_max,
  }, async () => {
    const { status } = await gateway.post({ query: "SELECT repeat('x', 600000000)" });
    // The embedded engine may have too little memory for it (53200) before it is too large.
    expect(gateway.kind === "PGlite" ? [400, 507] : [507]).toContain(status);
    await alive();
  });

  test("a batch whose answer is too large changes nothing", { timeout: large_ms_max }, async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE IF NOT EXISTS unanswered (id int)`;
    const batch = sql.transaction([
      sql`INSERT INTO unanswered VALUES (1)`,
      sql`SELECT repeat('x', 40000000)`,
      sql`SELECT repeat('x', 40000000)`,
    ]);
    await expect(batch).rejects.toThrow("507");
    expect(await sql`SELECT * FROM unanswered`).toStrictEqual([]);
  });
});
