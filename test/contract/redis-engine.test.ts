import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import type { PartMessage } from "../../local/process/part.ts";
import { type RedisInfo, type RedisOptions, startRedis } from "../../local/redis/start.ts";
import { ask, engines, token, until } from "./upstash-engines.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "redis-engine-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(options: Partial<RedisOptions> = {}) {
  const folder = options.folder ?? (await emptyFolder());
  const part = await startRedis({ port: 0, token, ...options, folder });
  cleanups.push(() => part.stop());
  return part;
}

const run = async (info: RedisInfo, ...command: unknown[]) =>
  (await ask(info.restUrl, { body: JSON.stringify(command) })).body;

test("with nothing said the best engine of this machine is chosen and named", async () => {
  const { info } = await start();
  expect(info.engine).toMatch(new RegExp(`^${engines[0]} \\d+\\.\\d+\\.\\d+$`));
  expect(await run(info, "PING")).toEqual({ result: "PONG" });
});

test("without redis-server on PATH the embedded engine is taken, unless the other was asked for", async () => {
  const path = process.env.PATH;
  cleanups.push(() => {
    process.env.PATH = path;
  });
  process.env.PATH = await emptyFolder();
  const { info } = await start();
  expect(info.engine).toMatch(/^js-redis-server /);
  await expect(start({ engine: "redis-server" })).rejects.toThrow(/not on PATH: install it/);
});

test("the gateway moves to another port when its own is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  cleanups.push(() => other.close());
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { info } = await start({ port, engine: "js-redis-server" });
  expect(info.restUrl).not.toBe(`http://127.0.0.1:${port}`);
  expect(await run(info, "PING")).toEqual({ result: "PONG" });
});

test("REDIS_URL is used as it is, and not stopped", async () => {
  const { info: first } = await start({ engine: "js-redis-server" });
  const part = await startRedis({
    folder: "/nonexistent",
    port: 0,
    token,
    redisUrl: first.redisUrl,
  });
  expect(part.info.engine).toMatch(/^redis \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+$/);
  await run(part.info, "SET", "k", "v");
  await part.stop();
  expect(await run(first, "GET", "k")).toEqual({ result: "v" });
});

test.each([
  ["no address at all", "localhost:6379", /not of the form redis:/],
  ["another protocol", "http://127.0.0.1:6379", /not of the form redis:/],
  ["nobody there", "redis://user:secret@127.0.0.1:1/3", /at 127\.0\.0\.1:1\/3.*\(ECONNREFUSED\)/],
  ["no such host", "redis://no-such-host.invalid", /cannot be used \((ENOTFOUND|EAI_AGAIN)\)/],
])("REDIS_URL with %s is one clear line without the password", async (_what, redisUrl, line) => {
  const failure = await startRedis({ folder: "/nonexistent", port: 0, token, redisUrl }).catch(
    (error: Error) => error.message,
  );
  expect(failure).toMatch(line);
  expect(failure).toMatch(/unset/);
  expect(failure).not.toMatch(/secret|\n/);
});

test("REDIS_URL of something that is no Redis does not keep us waiting for ever", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  cleanups.push(() => silent.close());
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(start({ redisUrl: `redis://127.0.0.1:${port}` })).rejects.toThrow(
    /no answer within/,
  );
});

if (engines.includes("redis-server")) {
  test("REDIS_URL without the password it needs says so; with it, it works", async () => {
    const { info } = await start({ engine: "redis-server" });
    const direct = new Redis(info.redisUrl);
    await direct.config("SET", "requirepass", "pass:word");
    const redisUrl = info.redisUrl.replace("redis://", "redis://:pass%3Aword@");
    await expect(start({ redisUrl: info.redisUrl })).rejects.toThrow(/\(NOAUTH/);
    await expect(start({ redisUrl: redisUrl.replace("word", "x") })).rejects.toThrow(/\(WRONGPASS/);
    const { info: second } = await start({ redisUrl });
    expect(second.engine).not.toContain("word");
    expect(await run(second, "PING")).toEqual({ result: "PONG" });
    await direct.config("SET", "requirepass", "");
    direct.disconnect();
  });

  test("data outlive a restart", async () => {
    const folder = await emptyFolder();
    const first = await startRedis({ folder, port: 0, token });
    await run(first.info, "SET", "k", "kept");
    await first.stop();
    const { info } = await start({ folder });
    expect(await run(info, "GET", "k")).toEqual({ result: "kept" });
  });

  test("a second start on the same data says so in one line", async () => {
    const folder = await emptyFolder();
    await start({ folder });
    await expect(start({ folder })).rejects.toThrow(
      /in use by another redis-server \(process \d+\)/,
    );
  });

  test("damaged data is told in one line with what to do", async () => {
    const folder = await emptyFolder();
    const first = await startRedis({ folder, port: 0, token });
    await run(first.info, "SET", "k", "v");
    await first.stop();
    const files = join(folder, "appendonlydir");
    for (const name of await readdir(files)) await writeFile(join(files, name), "nonsense");
    const failure = await start({ folder }).catch((error: Error) => error.message);
    expect(failure).toMatch(/^redis-server does not start \(.+\).*npm run reset/);
    expect(failure).not.toMatch(/\n/);
  });

  test.each([
    ["is asked to stop", (child: ChildProcess) => child.send("stop")],
    ["gets SIGTERM", (child: ChildProcess) => child.kill("SIGTERM")],
    ["loses its parent", (child: ChildProcess) => child.disconnect()],
    ["is killed outright", (child: ChildProcess) => child.kill("SIGKILL")],
  ])("redis-server is gone when the process that started it %s", async (_how, end) => {
    const folder = await emptyFolder();
    const { child, info } = await startChild(folder);
    expect(await run(info, "SET", "k", "kept")).toEqual({ result: "OK" });
    const exited = once(child, "exit");
    end(child);
    await exited;
    await until("redis-server is gone", () => refuses(info.redisUrl));
    const next = await start({ folder });
    expect(await run(next.info, "GET", "k")).toEqual({ result: "kept" });
  });
}

/** The part in a process of its own, as the local stack runs it. */
async function startChild(folder: string): Promise<{ child: ChildProcess; info: RedisInfo }> {
  const entry = fileURLToPath(new URL("../../local/redis/main.ts", import.meta.url));
  const child = fork(entry, [JSON.stringify({ folder, port: 0, token })], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  cleanups.push(() => child.kill("SIGKILL"));
  const [message] = (await once(child, "message")) as [PartMessage<RedisInfo>];
  if (message.type === "failed") throw new Error(message.message);
  return { child, info: message.info };
}

async function refuses(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return false;
  } catch {
    return true;
  } finally {
    redis.disconnect();
  }
}
