import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { createApi } from "../../functions/api.ts";
import type { Bindings, RoomNamespace } from "../../functions/env.ts";
import { createServices, type Services } from "../../functions/services.ts";
import { doorOf } from "../../functions/watch/testing/door.ts";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { createRateLimiter } from "../../platform/ratelimit/limiter.ts";
import { createRedis, type Redis } from "../../platform/redis/client.ts";
import { type WatchRequest, watchRequestSchema } from "../../protocol/watch/request.ts";
import { Visitor } from "./identity-visitor.ts";
import { type GatewayUnderTest, onEachEngine } from "./neon-engines.ts";

const origin = "http://localhost:8787";

/** The whole API over a real Postgres and a real Redis, with rooms that say what a test wants. */
export class WatchSite {
  readonly db: Db;
  /** Past the Worker. */
  readonly redis: Redis;
  /** Whether the Worker reaches Redis. */
  redisReach: "up" | "down" = "up";
  /** What the room with this id answers. */
  room: (id: string, asked: WatchRequest) => unknown = () => ({ ok: true });
  /** Ids of rooms that were asked something, and so woken. */
  readonly woken: string[] = [];
  readonly rooms: RoomNamespace;
  readonly #redisPart: Part<RedisInfo>;
  readonly #folder: string;
  readonly #bindings: Bindings;
  readonly #app: ReturnType<typeof createApi>;
  #people = 0;

  private constructor(gateway: GatewayUnderTest, redisPart: Part<RedisInfo>, folder: string) {
    this.#redisPart = redisPart;
    this.#folder = folder;
    this.db = createDb(gateway.info);
    const { restUrl: url, token } = redisPart.info;
    this.redis = createRedis({ url, token });
    this.rooms = {
      idFromName: (name) => name,
      get: (id) => ({ fetch: (request) => this.#askRoom(String(id), request) }),
    };
    this.#bindings = {
      UPSTASH_REDIS_REST_URL: url,
      UPSTASH_REDIS_REST_TOKEN: token,
      DATABASE_URL: gateway.info.databaseUrl,
      NEON_FETCH_ENDPOINT: gateway.info.fetchEndpoint,
      ROOM_TOKEN_KEYS: "k1:a secret of at least 32 characters!",
      AUTH_SECRET: "another secret of at least 32 characters",
      LOG_LEVEL: "error",
      RATE_LIMITS: ["watch_create", "watch_change", "watch_list", "watch_join"]
        .map((name) => `${name}=100000/60`)
        .join(","),
      WATCH_ROOM: this.rooms,
      LOBBY_ROOM: this.rooms,
      CALL_ROOM: this.rooms,
      ASSETS: { fetch: async () => new Response() },
    };
    const services = createServices(this.#bindings);
    const nowhere = createRedis({ url: "http://127.0.0.1:9", token: "x" });
    const withoutRedis: Services = {
      ...services,
      redis: nowhere,
      limiter: createRateLimiter(nowhere, services.settings.RATE_LIMITS),
    };
    this.#app = createApi(() => (this.redisReach === "up" ? services : withoutRedis));
  }

  static async start(gateway: GatewayUnderTest): Promise<WatchSite> {
    await migrateDatabase(gateway.info);
    const folder = await mkdtemp(join(tmpdir(), "offrail-watch-"));
    const redis = await startRedis({ folder: join(folder, "redis"), port: 0, token: "a token" });
    return new WatchSite(gateway, redis, folder);
  }

  async stop(): Promise<void> {
    await this.#redisPart.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async clear(): Promise<void> {
    this.redisReach = "up";
    this.room = () => ({ ok: true });
    this.woken.length = 0;
    await this.redis.flushall();
    await this.db.execute("delete from watch_room");
  }

  /** Somebody with a browser of their own: who they are, and what they ask of rooms. */
  person() {
    this.#people += 1;
    const address = `2001:db8:${this.#people.toString(16)}::1`;
    const send = (path: string, init: RequestInit) => this.request(path, init);
    const visitor = new Visitor(address, send);
    const door = doorOf({
      request: async (path, { json, ...init } = {}) => {
        const headers = new Headers({
          ...init.headers,
          "CF-Connecting-IP": address,
          Origin: origin,
          Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        });
        if (json !== undefined) headers.set("Content-Type", "application/json");
        const body = json === undefined ? {} : { body: JSON.stringify(json) };
        return await this.request(path, { ...init, headers, ...body });
      },
    });
    return { visitor, door };
  }

  async request(path: string, init: RequestInit): Promise<Response> {
    return await this.#app.request(`${origin}${path}`, init, this.#bindings);
  }

  async #askRoom(id: string, request: Request): Promise<Response> {
    this.woken.push(id);
    return Response.json(this.room(id, watchRequestSchema.parse(await request.json())));
  }
}

/** Tells the same stories of rooms on every Postgres that this machine has. */
export function onEachWatchSite(title: string, tell: (site: () => WatchSite) => void): void {
  onEachEngine(title, (gateway) => {
    describe("over HTTP", () => {
      let started: WatchSite | undefined;
      const site = () => {
        if (started === undefined) throw new Error("the site has not been started");
        return started;
      };
      beforeAll(async () => {
        started = await WatchSite.start(gateway);
      }, 90_000);
      beforeEach(() => site().clear());
      afterAll(() => started?.stop());
      tell(site);
    });
  });
}
