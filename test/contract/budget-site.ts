import { once } from "node:events";
import { Redis } from "ioredis";
import { Client } from "pg";
import { type ClientOptions, WebSocket } from "ws";
import { type Stack, startStack } from "../../local/stack.ts";
import { hourKey, hourOf } from "../../platform/meter/keys.ts";
import { type MeterReading, readMeter } from "../../platform/meter/reading.ts";
import type { MeterModule, MeterUnit } from "../../platform/meter/units.ts";
import { rateLimitPolicies } from "../../platform/ratelimit/policies.ts";
import { RoomSocket } from "../conformance/room-socket.ts";
import { dataFolder, until } from "../stack/processes.ts";

/** An hour is played in some seconds. */
const limits = Object.keys(rateLimitPolicies)
  .map((policy) => `${policy}=100000/60`)
  .join(",");

/** A local workerd leaves a connection open when a room closes its socket. */
const socketOptions: ClientOptions & { readonly closeTimeout: number } = { closeTimeout: 100 };

/** The whole product with a meter that is read when all has come to rest. */
export class BudgetSite {
  readonly stack: Stack;
  readonly #redis: Redis;
  /** Past the Worker, which counts what it is asked. */
  readonly #postgres: Client;
  readonly #removeFolder: () => Promise<void>;

  private constructor(stack: Stack, removeFolder: () => Promise<void>) {
    this.stack = stack;
    this.#redis = new Redis(stack.redis.redisUrl);
    this.#postgres = new Client(stack.postgres.databaseUrl);
    this.#removeFolder = removeFolder;
  }

  static async start(): Promise<BudgetSite> {
    const folder = await dataFolder();
    const stack = await startStack({
      folder: folder.path,
      ports: { site: 0, redis: 0, postgres: 0 },
      settings: { RATE_LIMITS: limits, LOG_LEVEL: "error" },
    });
    const site = new BudgetSite(stack, folder.remove);
    await site.#postgres.connect();
    return site;
  }

  async stop(): Promise<void> {
    this.#redis.disconnect();
    await this.#postgres.end();
    await this.stack.stop();
    await this.#removeFolder();
  }

  /** Somebody with a browser of their own. */
  visitor(): Visitor {
    return new Visitor(this.stack.url);
  }

  /** Waits until a table holds so many rows: what rooms write after they have answered. */
  async holds(table: "match_call" | "analytics_event", rows: number): Promise<void> {
    await until(`${rows} rows in ${table}`, async () => {
      const found = await this.#postgres.query(`select count(*)::int as rows from ${table}`);
      return (found.rows[0] as { rows: number }).rows >= rows;
    });
  }

  /**
   * All that the meter has counted. A room tells as it empties and an isolate some seconds after a
   * request, so a last request, on nobody's account, is waited for: it is written with all before it.
   */
  async read(): Promise<MeterReading> {
    await until("rooms to be empty", async () =>
      Object.values(await this.#redis.hgetall("meter:sockets:dev")).every((n) => Number(n) === 0),
    );
    const before = amountOf(await this.#counted(), ["other"], "worker_requests");
    await fetch(`${this.stack.url}/v1/nothing-is-here`);
    await until("the meter to be written", async () => {
      return amountOf(await this.#counted(), ["other"], "worker_requests") > before;
    });
    return await this.#counted();
  }

  async #counted(): Promise<MeterReading> {
    const now_ms = Date.now();
    const hours = [hourOf(now_ms - 3_600_000), hourOf(now_ms)];
    return readMeter(
      ...(await Promise.all(hours.map((hour) => this.#redis.hgetall(hourKey(hour))))),
    );
  }
}

/** How many of a unit on some accounts together. */
export function amountOf(
  { units }: MeterReading,
  modules: readonly MeterModule[],
  unit: MeterUnit,
): number {
  return modules.reduce((sum, module) => sum + (units.get(module)?.get(unit) ?? 0), 0);
}

/** A browser: it keeps its cookies and opens sockets. */
export class Visitor {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws Error unless it is answered well */
  async ask(
    method: string,
    path: string,
    json?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(method === "GET" ? {} : { Origin: this.#url }),
        Cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; "),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  /** @param query beside the token, such as how far one has followed the room */
  async enter(
    path: string,
    token: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<RoomSocket> {
    const url = new URL(path, this.#url);
    url.protocol = "ws:";
    for (const [name, value] of Object.entries({ token, ...query }))
      url.searchParams.set(name, value);
    const web = new WebSocket(url, socketOptions);
    const socket = new RoomSocket(web);
    await once(web, "open");
    return socket;
  }
}
