import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPostgres } from "../../local/postgres/start.ts";
import { freePort } from "../../local/process/port.ts";
import { onEachEngine, rejection } from "./neon-engines.ts";

const recovery_ms_max = 20_000;

/** Asks again until it is answered; the last failure is thrown at the deadline. */
async function untilAnswered<T>(ask: () => PromiseLike<T>): Promise<T> {
  const deadline_ms = performance.now() + recovery_ms_max;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline_ms) throw error;
      await delay(50);
    }
  }
}

onEachEngine("recovery", (gateway) => {
  test("a statement that takes its own backend down is an error, and the next one works", async () => {
    const sql = gateway.sql();
    if (gateway.kind === "PostgreSQL") {
      const error = await rejection(sql`SELECT pg_terminate_backend(pg_backend_pid())`);
      expect(error.code).toBe("57P01");
    } else await sql`SELECT pg_terminate_backend(pg_backend_pid())`.catch(() => {});
    expect(await untilAnswered(() => sql`SELECT 1 AS one`)).toStrictEqual([{ one: 1 }]);
  });

  // The embedded engine has no server to kill; neon-load and neon-kill end its thread and process.
  if (gateway.kind === "PostgreSQL")
    test("with the server killed requests fail cleanly, and work again once it is back", async () => {
      const sql = gateway.sql();
      await sql`CREATE TABLE survives AS SELECT 1 AS id`;
      const running = rejection(sql`SELECT pg_sleep(10)`);
      await untilAnswered(async () => {
        const [row] =
          await sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(10)%' AND pid <> pg_backend_pid()`;
        if (row?.n !== 1) throw new Error("the statement does not run yet");
      });
      await gateway.server.kill();
      expect(String(await running)).toMatch(/HTTP status 500|terminating connection/);
      // The first to ask may still hear from a connection that the server is just closing.
      await expect
        .poll(() => gateway.post({ query: "SELECT 1" }), { timeout: recovery_ms_max })
        .toMatchObject({
          status: 500,
          json: { message: expect.stringContaining("ECONNREFUSED"), code: "08006" },
        });
      await gateway.server.start();
      expect(await untilAnswered(() => sql`SELECT id FROM survives`)).toStrictEqual([{ id: 1 }]);
    });
});

describe("starting", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-start-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("a DATABASE_URL that nobody answers at gives one line that says what to do, and no password", async () => {
    const port = await freePort(0);
    const databaseUrl = `postgres://me:hush-hush@127.0.0.1:${port}/db`;
    const error = await rejection(startPostgres({ folder, port: 0, databaseUrl }));
    expect(error.message).toMatch(
      /ECONNREFUSED.*start it, correct DATABASE_URL, or unset DATABASE_URL/,
    );
    expect(error.message).not.toContain("\n");
    expect(error.message).not.toContain("hush-hush");
  });

  test("a DATABASE_URL that leads to something else does not wait for ever", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => mute.once("listening", resolve));
    const address = mute.address();
    const port = typeof address === "object" ? address?.port : 0;
    const databaseUrl = `postgres://me:pw@127.0.0.1:${port}/db`;
    const error = await rejection(startPostgres({ folder, port: 0, databaseUrl }));
    expect(error.message).toContain("correct DATABASE_URL");
    mute.close();
  });

  test("a taken port is passed over", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const address = taken.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const part = await startPostgres({ folder, port });
    expect(new URL(part.info.fetchEndpoint).port).not.toBe(String(port));
    await part.stop();
    taken.close();
  });

  test("a second start on the same folder is refused with the owner's process id", async () => {
    const part = await startPostgres({ folder, port: 0 });
    const error = await rejection(startPostgres({ folder, port: 0 }));
    expect(error.message).toContain(`in use by process ${process.pid}`);
    await part.stop();
    const again = await startPostgres({ folder, port: 0 });
    expect(again.info.databaseUrl.split("@")[0]).toBe(part.info.databaseUrl.split("@")[0]);
    await again.stop();
  });

  test("data of another Postgres version gives one line that says what to do", async () => {
    const part = await startPostgres({ folder, port: 0 });
    await part.stop();
    await writeFile(join(folder, "data", "PG_VERSION"), "12\n");
    const error = await rejection(startPostgres({ folder, port: 0 }));
    expect(error.message).toMatch(/PGlite did not start .* npm run reset clears it$/);
    // The lock is free again, so that putting it right helps.
    await writeFile(join(folder, "data", "PG_VERSION"), "18\n");
    await (await startPostgres({ folder, port: 0 })).stop();
  });
});
