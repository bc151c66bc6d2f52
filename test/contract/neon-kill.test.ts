import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { neon } from "@neondatabase/serverless";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sendTo } from "../../db/client.ts";
import type { PostgresInfo } from "../../local/postgres/start.ts";
import type { PartMessage } from "../../local/process/part.ts";

/** Kills the embedded Postgres in the middle of writing, again and again, and looks what is left. */

const kills = 5;
const main = fileURLToPath(new URL("../../local/postgres/main.ts", import.meta.url));

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "offrail-kill-"));
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<PostgresInfo> {
  const started = fork(main, [JSON.stringify({ folder, port: 0 })], { stdio: "ignore" });
  child = started;
  const message = await new Promise<PartMessage<PostgresInfo>>((resolve, reject) => {
    started.once("message", (first) => resolve(first as PartMessage<PostgresInfo>));
    started.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
  if (message.type === "failed") throw new Error(message.message);
  sendTo(message.info.databaseUrl, message.info.fetchEndpoint);
  return message.info;
}

async function kill(): Promise<void> {
  if (child === undefined || child.signalCode !== null || child.exitCode !== null) return;
  const exited = new Promise((resolve) => child?.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}

test("a killed process loses nothing it has confirmed and breaks nothing", {
  timeout: 120_000,
}, async () => {
  const confirmed = new Set<number>();
  for (let round = 0; round < kills; round += 1) {
    const { databaseUrl } = await start();
    const sql = neon(databaseUrl);
    await sql`CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY, filler text)`;
    const found = (await sql`SELECT id FROM kept ORDER BY id`).map((row) => Number(row.id));
    for (const id of confirmed) expect(found).toContain(id);
    const enough = new Promise<void>((resolve) => {
      const write = async (lane: number) => {
        for (let i = 0; i < 10_000; i += 1) {
          const id = round * 100_000 + lane * 10_000 + i;
          await sql.transaction([
            sql`INSERT INTO kept VALUES (${id}, repeat('x', 500))`,
            sql`UPDATE kept SET filler = repeat('y', 700) WHERE id = ${id - 1}`,
          ]);
          confirmed.add(id);
          // Each round is cut off at another point, with other writes under way.
          if (confirmed.size >= (round + 1) * 80) resolve();
        }
      };
      // The kill makes every lane fail.
      for (const lane of [0, 1, 2, 3]) write(lane).catch(() => resolve());
    });
    await enough;
    await kill();
  }
  const { wireUrl } = await start();
  const client = new Client(wireUrl);
  await client.connect();
  const seen = async (setting: string) => {
    await client.query(`SET enable_${setting} = off`);
    const { rows } = await client.query("SELECT id FROM kept WHERE id >= 0 ORDER BY id");
    await client.query(`RESET enable_${setting}`);
    return rows.map((row) => row.id);
  };
  // Table and index tell the same story, and it has every confirmed row in it.
  const byIndex = await seen("seqscan");
  expect(byIndex).toStrictEqual(await seen("indexscan"));
  for (const id of confirmed) expect(byIndex).toContain(id);
  await client.query("REINDEX TABLE kept");
  await client.query("VACUUM FULL kept");
  await client.end();
});

test("a process killed during its first start leaves nothing that a second start stumbles over", {
  timeout: 120_000,
}, async () => {
  const first = start().catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await kill();
  await first;
  const { databaseUrl } = await start();
  expect(await neon(databaseUrl)`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);
});
