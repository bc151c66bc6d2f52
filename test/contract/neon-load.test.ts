import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  defaultLimits,
  type Engine,
  type EngineLimits,
  loginUrl,
} from "../../local/postgres/engine/engine.ts";
import { startPgliteEngine } from "../../local/postgres/engine/pglite/engine.ts";
import { startServerEngine } from "../../local/postgres/engine/server.ts";
import { startGateway } from "../../local/postgres/gateway/server.ts";
import { type GatewayUnderTest, onEachEngine } from "./neon-engines.ts";

/** A gateway of its own with tight limits, before the same kind of engine. */
async function withLimits(
  gateway: GatewayUnderTest,
  limits: Partial<EngineLimits>,
  use: (ask: (query: string) => Promise<{ status: number; json: unknown }>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-neon-limits-"));
  const all = { ...defaultLimits, ...limits };
  const engine: Engine =
    gateway.kind === "PGlite"
      ? await startPgliteEngine({ folder, wirePort: 0, limits: all })
      : await startServerEngine(gateway.server.url, all);
  const { port, stop } = await startGateway(engine, 0);
  try {
    await use(async (query) => {
      const response = await fetch(`http://127.0.0.1:${port}/sql`, {
        method: "POST",
        headers: { "Neon-Connection-String": loginUrl(engine.login) },
        body: JSON.stringify({ query }),
      });
      const json = await response.json();
      return { status: response.status, json };
    });
  } finally {
    await stop();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

onEachEngine("load", (gateway) => {
  test("200 requests at once get each their own answer", async () => {
    const sql = gateway.sql();
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const answers = await Promise.all(
      numbers.map((i) => sql`SELECT ${i}::int AS i, set_config('my.i', ${String(i)}, false) AS s`),
    );
    expect(answers).toStrictEqual(numbers.map((i) => [{ i, s: String(i) }]));
  });

  test("batches that count up do not lose a step among each other", async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE counter (n int)`;
    await sql`INSERT INTO counter VALUES (0)`;
    const step = () =>
      sql.transaction([sql`SELECT n FROM counter FOR UPDATE`, sql`UPDATE counter SET n = n + 1`]);
    await Promise.all(Array.from({ length: 50 }, step));
    expect(await sql`SELECT n FROM counter`).toStrictEqual([{ n: 50 }]);
  });

  test("a statement that takes too long is ended, and those behind it are answered", async () => {
    await withLimits(gateway, { session_ms_max: 500, sessions_max: 1 }, async (ask) => {
      const slow = ask("SELECT pg_sleep(30)");
      const behind = ask("SELECT 1 AS one");
      expect(await slow).toMatchObject({
        status: 400,
        json: { code: "57014", message: "canceling statement due to statement timeout" },
      });
      expect(await behind).toMatchObject({ status: 200, json: { rows: [{ one: 1 }] } });
    });
  });

  test("a statement that never ends by itself is ended too", async () => {
    await withLimits(gateway, { session_ms_max: 500 }, async (ask) => {
      const endless =
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n % 7 FROM t) SELECT count(*) FROM t";
      expect(await ask(endless)).toMatchObject({ status: 400, json: { code: "57014" } });
      expect(await ask("SELECT 1 AS one")).toMatchObject({ status: 200 });
    });
  });

  test("beyond the queue requests are refused at once instead of piling up", async () => {
    await withLimits(gateway, { sessions_max: 1, waiting_max: 2 }, async (ask) => {
      await ask("SELECT 1");
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => ask("SELECT pg_sleep(0.5)")),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses.filter((status) => status === 200)).toHaveLength(3);
      const refused = answers.filter(({ status }) => status === 503);
      expect(refused).toHaveLength(5);
      for (const { json } of refused) expect(json).toMatchObject({ code: "53300" });
    });
  });

  test("waiting for a session has an end", async () => {
    await withLimits(gateway, { sessions_max: 1, wait_ms_max: 300 }, async (ask) => {
      await ask("SELECT 1");
      const [slow, waited] = await Promise.all([ask("SELECT pg_sleep(1.5)"), ask("SELECT 1")]);
      expect(slow.status).toBe(200);
      expect(waited).toMatchObject({ status: 503, json: { code: "53300" } });
    });
  });

  test("a statement whose client has left is not waited for", async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE abandoned (id int)`;
    const signal = AbortSignal.timeout(300);
    const left = sql.query("INSERT INTO abandoned SELECT 1 FROM pg_sleep(120)", [], {
      fetchOptions: { signal },
    });
    await expect(left).rejects.toThrow("abort");
    // Were it waited for, this test would outlast its own time.
    expect(await sql`SELECT * FROM abandoned`).toStrictEqual([]);
  });

  test("a request whose client left while it waited is never run", async () => {
    const sql = gateway.sql();
    await sql`CREATE TABLE unwanted (id int)`;
    const busy = Array.from({ length: 10 }, () => sql.query("SELECT pg_sleep(0.4)").then(() => {}));
    const signal = AbortSignal.timeout(100);
    const left = sql.query("INSERT INTO unwanted VALUES (1)", [], { fetchOptions: { signal } });
    await expect(left).rejects.toThrow("abort");
    await Promise.all(busy);
    expect(await sql`SELECT * FROM unwanted`).toStrictEqual([]);
  });
});
