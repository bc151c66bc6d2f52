import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { migrateDatabase } from "../../db/migrate.ts";
import { type PostgresInfo, startPostgres } from "../../local/postgres/start.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { bundleWorker } from "../../local/worker/bundle.ts";
import { workerConfig } from "../../local/worker/config.ts";
import { storeSettings } from "../../local/worker/settings.ts";
import { startWorker } from "../../local/worker/start.ts";
import { rounded } from "../interleave.ts";

const email = "bench@example.com";
const password = "a long enough password";

/** What it costs a Worker to let somebody in. */
export interface SignInFigures {
  /** CPU time of workerd for one `POST /v1/auth/sign-in`, all of it. */
  readonly signin_cpu_ms: number;
  /** CPU time of workerd for checking one password alone. */
  readonly password_verify_cpu_ms: number;
  /** CPU time of workerd for one `GET /v1/me` by a session that Redis knows. */
  readonly session_cpu_ms: number;
}

const root = resolve(import.meta.dirname, "../..");

/**
 * Runs the production Worker in workerd over the local gateways, and reads what CPU time workerd has
 * spent from the system, before and after. Linux only, for that is where `/proc` is.
 * @param rounds measured sign-ins
 */
export async function measureSignIn(rounds = 30): Promise<SignInFigures> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-signin-"));
  try {
    return { ...(await measureRoutes(folder, rounds)), ...(await measureHash(folder, rounds)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureRoutes(folder: string, rounds: number) {
  const redis = await startRedis({
    folder: join(folder, "redis"),
    port: 0,
    token: "bench-token-16",
  });
  const postgres = await startPostgres({ folder: join(folder, "postgres"), port: 0 });
  const worker = await withPid(() => startApi(folder, redis.info, postgres.info));
  try {
    await migrateDatabase(postgres.info);
    const { post, get } = clientOf(worker.started.info.url);
    await post("/v1/auth/sign-up", { name: "Bench", email, password });
    const signIn = () => post("/v1/auth/sign-in", { email, password });
    const { cookie } = await signIn();
    await signIn();
    const signin_cpu_ms = await cpuOf(worker.pid, rounds, signIn);
    await get("/v1/me", cookie);
    const session_cpu_ms = await cpuOf(worker.pid, rounds * 5, () => get("/v1/me", cookie));
    return { signin_cpu_ms: rounded(signin_cpu_ms), session_cpu_ms: rounded(session_cpu_ms) };
  } finally {
    await worker.started.stop();
    await Promise.all([redis.stop(), postgres.stop()]);
  }
}

async function startApi(folder: string, redis: RedisInfo, postgres: PostgresInfo) {
  const script = join(folder, "worker", "index.js");
  await bundleWorker(join(root, "functions/index.ts"), script);
  // Pages are not asked for, so the site need not have been built.
  const { assets: _, ...config } = await workerConfig(root, join(folder, "config"));
  return await startWorker({
    script,
    config,
    folder: join(folder, "worker"),
    port: 0,
    settings: {
      ...storeSettings(redis, postgres),
      ROOM_TOKEN_KEYS: "bench:a secret of at least 32 characters",
      AUTH_SECRET: "a secret of at least 32 characters, for this",
      RATE_LIMITS: "sign_in=1000000/60,sign_in_account=1000000/60,anonymous=1000000/60",
      ASSETS: "not used",
    },
  });
}

async function measureHash(folder: string, rounds: number) {
  const script = join(folder, "password", "index.js");
  await bundleWorker(join(import.meta.dirname, "password-worker.ts"), script);
  const worker = await withPid(async () => {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        name: "password",
        modules: true,
        modulesRoot: dirname(script),
        scriptPath: script,
        compatibilityDate: "2026-08-15",
        compatibilityFlags: ["nodejs_compat"],
        log: new Log(LogLevel.ERROR),
        cf: false,
      }),
    );
    return { url: await miniflare.ready, stop: () => miniflare.dispose() };
  });
  try {
    const { get } = clientOf(worker.started.url.href);
    await get("/?times=3");
    const spent_ms = await cpuOf(worker.pid, 1, () => get(`/?times=${rounds}`));
    // One more than the rounds: making the hash costs what checking it does.
    return { password_verify_cpu_ms: rounded(spent_ms / (rounds + 1)) };
  } finally {
    await worker.started.stop();
  }
}

/** Starts something, and finds the workerd that it started. */
async function withPid<T extends { stop(): Promise<unknown> }>(start: () => Promise<T>) {
  const before = new Set(await workerdChildren());
  const started = await start();
  const [pid] = (await workerdChildren()).filter((child) => !before.has(child));
  if (pid !== undefined) return { started, pid };
  await started.stop();
  throw new Error("workerd was not found among the processes");
}

/** Processes of ours that run workerd. */
async function workerdChildren(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const { name, parent } = await processOf(pid);
      return name === "workerd" && parent === process.pid ? [pid] : [];
    }),
  );
  return found.flat();
}

/** What the system says of a process; fields are numbered as in proc(5). */
async function processOf(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  const fields = rest.split(" ");
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return { name, parent: Number(fields[1] ?? 0), cpu_ms: ticks * 10 };
}

/** Mean CPU milliseconds of a process for one of some calls, made one after the other. */
async function cpuOf(pid: number, calls: number, call: () => Promise<unknown>): Promise<number> {
  const before = await processOf(pid);
  for (let at = 0; at < calls; at += 1) await call();
  return ((await processOf(pid)).cpu_ms - before.cpu_ms) / calls;
}

function clientOf(url: string) {
  const { origin } = new URL(url);
  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(`${origin}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
    return {
      cookie: response.headers
        .getSetCookie()
        .map((line) => line.split(";")[0])
        .join("; "),
    };
  };
  return {
    get: (path: string, cookie = "") => send(path, { headers: { Cookie: cookie } }),
    post: (path: string, json: unknown) =>
      send(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: origin },
        body: JSON.stringify(json),
      }),
  };
}
