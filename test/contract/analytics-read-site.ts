import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestId } from "hono/request-id";
import { afterAll, beforeAll, describe } from "vitest";
import { findPostgres } from "../../bench/servers/postgres.ts";
import { analyticsData } from "../../functions/analytics/data-owner.ts";
import { analyticsReadRoutes } from "../../functions/analytics/read/routes.ts";
import { gameRoutes } from "../../functions/analytics/routes/games.ts";
import { gameKeyRoutes } from "../../functions/analytics/routes/keys.ts";
import { createModule } from "../../functions/app.ts";
import type { Bindings } from "../../functions/env.ts";
import { answerError, answerNotFound } from "../../functions/errors.ts";
import { createIdentityRoutes } from "../../functions/identity/routes.ts";
import { createServices } from "../../functions/services.ts";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { rateLimitPolicies } from "../../platform/ratelimit/policies.ts";
import { answerRequest } from "../../rooms/analytics/buffer/answer.ts";
import { BufferBench } from "../../rooms/analytics/testing/buffer-bench.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { origin } from "./identity-site.ts";
import { Visitor } from "./identity-visitor.ts";
import { GatewayUnderTest } from "./neon-engines.ts";

const hasPostgres = (await findPostgres()) !== undefined;
const room = { idFromName: String, get: () => ({ fetch: async () => new Response() }) };
const limits = Object.keys(rateLimitPolicies).map((policy) => `${policy}=100000/60`);

/** Accounts and the reading side of analytics, over a real Postgres and a real Redis. */
export class AnalyticsSite {
  /** The Worker's clock. */
  now_ms = Date.parse("2026-10-15T12:00:00Z");
  /** Buffers that do not answer, by name. */
  readonly buffersAway = new Set<string>();
  readonly analytics: AnalyticsUnderTest;
  readonly #redis: Part<RedisInfo>;
  readonly #folder: string;
  readonly #app = createModule();
  readonly #bindings: Bindings;
  /** The namespace of buffers. */
  readonly buffers = {
    idFromName: String,
    get: (name: unknown) => ({
      fetch: async (request: Request) => {
        if (this.buffersAway.has(String(name))) throw new Error("the buffer is away");
        return await answerRequest(this.buffer(String(name)).buffer, request);
      },
    }),
  };
  readonly #buffers = new Map<string, BufferBench>();
  #visitors = 0;

  private constructor(
    gateway: GatewayUnderTest,
    analytics: AnalyticsUnderTest,
    redis: Part<RedisInfo>,
    folder: string,
  ) {
    this.analytics = analytics;
    this.#redis = redis;
    this.#folder = folder;
    this.#bindings = {
      UPSTASH_REDIS_REST_URL: redis.info.restUrl,
      UPSTASH_REDIS_REST_TOKEN: redis.info.token,
      DATABASE_URL: gateway.info.databaseUrl,
      NEON_FETCH_ENDPOINT: gateway.info.fetchEndpoint,
      ROOM_TOKEN_KEYS: "k1:a secret of at least 32 characters!",
      AUTH_SECRET: "another secret of at least 32 characters",
      MAIL_URL: "kept",
      LOG_LEVEL: "error",
      RATE_LIMITS: limits.join(","),
      WATCH_ROOM: room,
      LOBBY_ROOM: room,
      CALL_ROOM: room,
      ANALYTICS_TAIL: room,
      ANALYTICS_BUFFER: this.buffers,
      ASSETS: { fetch: async () => new Response() },
    };
    const services = { ...createServices(this.#bindings), now_ms: () => this.now_ms };
    const app = this.#app;
    app.onError(answerError);
    app.notFound(answerNotFound);
    app.use(requestId());
    app.use(async (c, next) => {
      c.set("services", services);
      await next();
    });
    app.route("/", createIdentityRoutes([analyticsData]));
    app.route("/", analyticsReadRoutes);
    app.route("/", gameRoutes);
    app.route("/", gameKeyRoutes);
  }

  static async start(gateway: GatewayUnderTest): Promise<AnalyticsSite> {
    const folder = await mkdtemp(join(tmpdir(), "offrail-analytics-"));
    const analytics = await AnalyticsUnderTest.start(gateway);
    const options = { folder: join(folder, "redis"), port: 0, token: "redis token of the tests" };
    return new AnalyticsSite(gateway, analytics, await startRedis(options), folder);
  }

  async stop(): Promise<void> {
    await this.#redis.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The buffer of a name (`bufferName`): a real one, with nothing behind it. */
  buffer(name: string): BufferBench {
    const known = this.#buffers.get(name) ?? new BufferBench();
    this.#buffers.set(name, known);
    return known;
  }

  /** Somebody with a browser of their own, at an address of their own. */
  visitor(): Visitor {
    this.#visitors += 1;
    return new Visitor(`2001:db8:${this.#visitors.toString(16)}::1`, async (path, init) =>
      this.#app.request(`${origin}${path}`, init, this.#bindings),
    );
  }
}

/** Tells stories on one Postgres, a real one if there is one. */
export function onAnalyticsSite(title: string, tell: (site: () => AnalyticsSite) => void): void {
  describe(title, () => {
    const gateway = new GatewayUnderTest(hasPostgres ? "PostgreSQL" : "PGlite");
    let started: AnalyticsSite | undefined;
    beforeAll(async () => {
      await gateway.start();
      started = await AnalyticsSite.start(gateway);
    }, 120_000);
    afterAll(async () => {
      await started?.stop();
      await gateway.stop();
    });
    tell(() => {
      if (started === undefined) throw new Error("the site has not been started");
      return started;
    });
  });
}
