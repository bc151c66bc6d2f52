import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { Client } from "pg";
import { z } from "zod";
import { type Stack, startStack } from "../../local/stack.ts";
import { parseField } from "../../platform/meter/fields.ts";
import { hourKey, hourOf } from "../../platform/meter/keys.ts";
import { meterUnitNames } from "../../platform/meter/units.ts";
import {
  type BufferMetrics,
  bufferMetricsSchema,
} from "../../protocol/analytics/buffer-metrics.ts";
import { gameSchema } from "../../protocol/analytics/game.ts";
import { createdGameKeySchema } from "../../protocol/analytics/key.ts";
import { openedTailSchema } from "../../protocol/analytics/tail.ts";
import { liftedLimits } from "../limits.ts";

const keptSchema = z.object({ rows: z.number(), distinct: z.number() });
const drain_ms_max = 180_000;
/** The meter writes every ten seconds. */
const meter_ms = 22_000;

/** The product on this machine, somebody with a game in it, and a key that writes to it. */
export class AnalyticsStack {
  readonly stack: Stack;
  readonly redis: Redis;
  gameId = "";
  key = "";
  readonly #folder: string;
  /** Past the Worker, which counts what it is asked. */
  readonly postgres: Client;
  #cookie = "";

  private constructor(stack: Stack, folder: string) {
    this.stack = stack;
    this.#folder = folder;
    this.redis = new Redis(stack.redis.redisUrl);
    this.postgres = new Client(stack.postgres.databaseUrl);
  }

  static async start(): Promise<AnalyticsStack> {
    const folder = await mkdtemp(join(tmpdir(), "offrail-bench-analytics-"));
    const stack = await startStack({
      folder,
      ports: { site: 0, redis: 0, postgres: 0 },
      databaseUrl: process.env.DATABASE_URL,
      settings: { RATE_LIMITS: liftedLimits },
    });
    const started = new AnalyticsStack(stack, folder);
    await started.postgres.connect();
    const guest = await started.ask("POST", "/v1/auth/guest", { name: "Bench" });
    started.#cookie = guest.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const made = await started.ask("POST", "/v1/analytics/games", {
      name: "Bench",
      settings: { flushEvery_s: 5, flushEvents: 4_000 },
    });
    started.gameId = gameSchema.parse(await made.json()).id;
    const keyed = await started.ask("POST", `/v1/analytics/games/${started.gameId}/keys`, {
      name: "bench",
      kind: "write",
    });
    started.key = createdGameKeySchema.parse(await keyed.json()).key;
    return started;
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await this.postgres.end();
    await this.stack.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The owner's session, for a browser. */
  get cookies(): readonly {
    readonly name: string;
    readonly value: string;
    readonly url: string;
  }[] {
    return this.#cookie.split("; ").map((pair) => {
      const end = pair.indexOf("=");
      return { name: pair.slice(0, end), value: pair.slice(end + 1), url: this.stack.url };
    });
  }

  /** Sends one packed batch. @throws Error unless every event is taken */
  async send(body: Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await fetch(`${this.stack.url}/v1/analytics/batch`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.key}`, "Content-Encoding": "gzip" },
      body,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`a batch was answered ${response.status}: ${text}`);
    if (text.includes('"drop"') || text.includes('"retry"'))
      throw new Error("not all of a batch was taken");
  }

  async metrics(): Promise<BufferMetrics> {
    const response = await this.ask("GET", `/v1/analytics/metrics?gameId=${this.gameId}`);
    return bufferMetricsSchema.parse(await response.json());
  }

  /** Waits until the database has so many events; it is asked past the Worker, which counts what it is asked. */
  async drained(events: number): Promise<void> {
    const deadline_ms = performance.now() + drain_ms_max;
    while ((await this.kept()).rows < events) {
      if (performance.now() > deadline_ms) throw new Error("the buffers do not empty");
      await pause(200);
    }
  }

  /** What the database has of the game's raw events. */
  async kept(): Promise<{ readonly rows: number; readonly distinct: number }> {
    const { rows } = await this.postgres.query(
      "select count(*)::int as rows, count(distinct uuid)::int as distinct from analytics_event where game_id = $1",
      [this.gameId],
    );
    return keptSchema.parse(rows[0]);
  }

  async openTail(): Promise<WebSocket> {
    const response = await this.ask("POST", `/v1/analytics/games/${this.gameId}/tail`, {});
    const { socketPath, token } = openedTailSchema.parse(await response.json());
    const url = new URL(`${socketPath}?token=${token}`, this.stack.url);
    url.protocol = "ws:";
    return new WebSocket(url);
  }

  /** What analytics has used so far, once the meter has told. */
  async used(): Promise<ReadonlyMap<string, number>> {
    // The meter writes by itself some seconds after the last request.
    await pause(meter_ms);
    const sums = new Map<string, number>(meterUnitNames.map((unit) => [unit, 0]));
    for (const hour of [hourOf(Date.now()), hourOf(Date.now() - 3_600_000)])
      for (const [name, amount] of Object.entries(await this.redis.hgetall(hourKey(hour)))) {
        const field = parseField(name);
        if (field?.type !== "unit") continue;
        if (field.module === "analytics" || field.module === "meter")
          sums.set(field.unit, (sums.get(field.unit) ?? 0) + Number(amount));
      }
    return sums;
  }

  /** Asks the API something as the game's owner. @throws Error unless it is answered well */
  async ask(method: string, path: string, json?: unknown): Promise<Response> {
    const response = await fetch(`${this.stack.url}${path}`, {
      method,
      headers: {
        Origin: this.stack.url,
        Cookie: this.#cookie,
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }
}
