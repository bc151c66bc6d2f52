import { createApi } from "../api.ts";
import type { Bindings } from "../env.ts";
import { createServices, type Services } from "../services.ts";
import { FakePostgres } from "./fake-postgres.ts";
import { FakeRedis } from "./fake-redis.ts";

const redisUrl = "https://redis.test";
const neonUrl = "https://neon.test/sql";

/** What an outside part does when it is asked. */
type Health = "up" | "down" | "silent";

/** While one of these stands in for it. */
let realFetch: typeof fetch | undefined;

/**
 * Everything the Worker stands on, in memory: the production services talk to it through `fetch`,
 * so that a test runs all of our code and the real clients. Use one for each test, and `stop` it.
 */
export class FakeCloud {
  redis: Health = "up";
  postgres: Health = "up";
  now_ms = 1_760_000_000_000;
  readonly database = new FakePostgres();
  readonly store = new FakeRedis(() => this.now_ms);
  /** Requests that reached a room: reaching one is waking it. */
  readonly roomRequests: Request[] = [];
  /** What a room answers. */
  room: (request: Request) => Response | Promise<Response> = () => Response.json({ ok: true });
  /** Files of the site; any other path is the site's page, as in production. */
  readonly files = new Map<string, { body: BodyInit; headers: Record<string, string> }>();
  readonly bindings: Bindings;
  readonly services: Services;
  readonly app: ReturnType<typeof createApi>;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.bindings = {
      UPSTASH_REDIS_REST_URL: redisUrl,
      UPSTASH_REDIS_REST_TOKEN: "redis-token",
      DATABASE_URL: "postgres://user:password@neon.test/offrail",
      NEON_FETCH_ENDPOINT: neonUrl,
      ROOM_TOKEN_KEYS: "k1:a secret of at least 32 characters!",
      AUTH_SECRET: "another secret of at least 32 characters",
      LOG_LEVEL: "error",
      WATCH_ROOM: {
        idFromName: (name) => name,
        get: () => ({ fetch: (request) => this.#askRoom(request) }),
      },
      LOBBY_ROOM: {
        idFromName: (name) => name,
        get: () => ({ fetch: (request) => this.#askRoom(request) }),
      },
      CALL_ROOM: {
        idFromName: (name) => name,
        get: () => ({ fetch: (request) => this.#askRoom(request) }),
      },
      ASSETS: { fetch: async (request) => this.#file(new URL(request.url).pathname) },
      ...settings,
    };
    this.services = createServices(this.bindings, () => this.now_ms);
    this.app = createApi(() => this.services);
    realFetch ??= globalThis.fetch;
    globalThis.fetch = (input, init) => this.#answer(String(input), init ?? {});
  }

  /** Sends a request to the API. A body that is not text is sent as JSON. */
  async request(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const body = json === undefined ? rest.body : JSON.stringify(json);
    return await this.app.request(
      path,
      { ...rest, headers, ...(body === undefined ? {} : { body }) },
      this.bindings,
    );
  }

  /** Names of the commands that Redis was sent. */
  get commands(): readonly string[] {
    return this.store.commands;
  }

  /** Gives the real `fetch` back, however many of these were made meanwhile. */
  stop(): void {
    globalThis.fetch = realFetch ?? globalThis.fetch;
    realFetch = undefined;
  }

  async #answer(url: string, { body, signal }: RequestInit): Promise<Response> {
    const isRedis = url.startsWith(redisUrl);
    const health = isRedis ? this.redis : this.postgres;
    if (!isRedis && !url.startsWith(neonUrl)) throw new Error(`nobody is at ${url}`);
    if (health === "down") throw new TypeError("connection refused");
    if (health === "silent") return await untilAborted(signal);
    const posted: unknown = JSON.parse(String(body));
    return isRedis ? this.store.answer(posted) : this.database.answer(posted);
  }

  async #askRoom(request: Request): Promise<Response> {
    this.roomRequests.push(request);
    return await this.room(request);
  }

  #file(path: string): Response {
    const file = this.files.get(path);
    return file === undefined
      ? new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } })
      : new Response(file.body, { headers: file.headers });
  }
}

function untilAborted(signal: RequestInit["signal"]): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}
