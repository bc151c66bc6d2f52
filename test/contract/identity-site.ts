import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { asc, eq, gt, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { requestId } from "hono/request-id";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { findPostgres } from "../../bench/servers/postgres.ts";
import { createDb, type Db } from "../../db/client.ts";
import * as tables from "../../db/schema/identity.ts";
import { createModule } from "../../functions/app.ts";
import type { Bindings } from "../../functions/env.ts";
import { answerError, answerNotFound } from "../../functions/errors.ts";
import { type DataOwner, paged } from "../../functions/identity/data-owner.ts";
import { identify, requireRole } from "../../functions/identity/identify.ts";
import { createIdentityRoutes } from "../../functions/identity/routes.ts";
import { createServices, type Services } from "../../functions/services.ts";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { createRateLimiter } from "../../platform/ratelimit/limiter.ts";
import { createRedis, type Redis } from "../../platform/redis/client.ts";
import { Visitor } from "./identity-visitor.ts";
import { GatewayUnderTest, onEachEngine } from "./neon-engines.ts";

const hasPostgres = (await findPostgres()) !== undefined;

export const origin = "http://localhost:8787";

/** A module's table, for what a guest makes: it goes with its user unless it is moved in time. */
const note = pgTable("note_of_user", {
  id: text("id").primaryKey(),
  userId: text("user_id").notNull(),
  line: text("line").notNull(),
});

const notes: DataOwner = {
  name: "notes",
  move: (db, from, to) => [db.update(note).set({ userId: to }).where(eq(note.userId, from))],
  exportTables: (db, userId) => [
    {
      table: "note_of_user",
      rows: () =>
        paged(
          (after: string | undefined, limit) =>
            db
              .select()
              .from(note)
              .where(sql`${eq(note.userId, userId)} and ${gt(note.id, after ?? "")}`)
              .orderBy(asc(note.id))
              .limit(limit),
          ({ id }) => id,
          2,
        ),
    },
  ],
  erase: (db, { userId }) => [
    { table: "note_of_user", statement: db.delete(note).where(eq(note.userId, userId ?? "")) },
  ],
};

/** Opens what operators alone may do. */
export const opsToken = "the-operator-of-these-tests";

type Reach = "up" | "down";

/** The accounts of the API over a real Postgres and a real Redis, each behind its gateway. */
export class SiteUnderTest {
  /** Whether the Worker reaches them. */
  redis: Reach = "up";
  postgres: Reach = "up";
  /** How far the Worker's clock is ahead; the databases' are not. */
  ahead_ms = 0;
  readonly db: Db;
  readonly bindings: Bindings;
  /** Past the Worker. */
  readonly redisClient: Redis;
  readonly #redisPart: Part<RedisInfo>;
  readonly #folder: string;
  readonly #app = createModule();
  #visitors = 0;

  private constructor(gateway: GatewayUnderTest, redisPart: Part<RedisInfo>, folder: string) {
    this.#redisPart = redisPart;
    this.#folder = folder;
    this.db = createDb(gateway.info);
    const { restUrl: url, token } = redisPart.info;
    this.redisClient = createRedis({ url, token });
    this.bindings = {
      UPSTASH_REDIS_REST_URL: redisPart.info.restUrl,
      UPSTASH_REDIS_REST_TOKEN: redisPart.info.token,
      DATABASE_URL: gateway.info.databaseUrl,
      NEON_FETCH_ENDPOINT: gateway.info.fetchEndpoint,
      ROOM_TOKEN_KEYS: "k1:a secret of at least 32 characters!",
      AUTH_SECRET: "another secret of at least 32 characters",
      OPS_TOKEN: opsToken,
      MAIL_URL: "kept",
      LOG_LEVEL: "error",
      WATCH_ROOM: { idFromName: String, get: () => ({ fetch: async () => new Response() }) },
      LOBBY_ROOM: { idFromName: String, get: () => ({ fetch: async () => new Response() }) },
      CALL_ROOM: { idFromName: String, get: () => ({ fetch: async () => new Response() }) },
      ASSETS: { fetch: async () => new Response() },
    };
    this.#build();
  }

  static async start(gateway: GatewayUnderTest): Promise<SiteUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), "offrail-identity-"));
    const redis = await startRedis({
      folder: join(folder, "redis"),
      port: 0,
      token: "redis token of the tests",
    });
    const site = new SiteUnderTest(gateway, redis, folder);
    const nothing = generateDrizzleJson({});
    for (const statement of await generateMigration(
      nothing,
      generateDrizzleJson(tables, nothing.id),
    ))
      await site.db.execute(sql.raw(statement));
    await site.db.execute(
      sql`create table note_of_user (id text primary key, line text not null check (line <> 'stuck'),
        user_id text not null references "user" (id) on delete cascade)`,
    );
    return site;
  }

  async stop(): Promise<void> {
    await this.#redisPart.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Somebody with a browser of their own, at an address of their own. */
  visitor(): Visitor {
    this.#visitors += 1;
    const address = `2001:db8:${this.#visitors.toString(16)}::1`;
    return new Visitor(address, (path, init) => this.request(path, init));
  }

  /** @param at where the site is reached; plain http on localhost, if not given */
  async request(path: string, init: RequestInit, at = origin): Promise<Response> {
    return await this.#app.request(`${at}${path}`, init, this.bindings);
  }

  /** As if Redis had lost the copies of all sessions; who was revoked it still knows. */
  async forgetCopies(): Promise<void> {
    const keys = await this.redisClient.keys("session:*");
    if (keys.length > 0) await this.redisClient.del(...keys);
  }

  /** As if somebody had followed the link in their mail. */
  async confirm(email: string): Promise<void> {
    const { user } = tables;
    await this.db.update(user).set({ emailVerified: true }).where(eq(user.email, email));
    await this.forgetCopies();
  }

  async rowsOf(table: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.db.execute(sql`select * from ${sql.identifier(table)}`)).rows;
  }

  async addNote(userId: string, line: string): Promise<void> {
    await this.db.insert(note).values({ id: crypto.randomUUID(), userId, line });
  }

  async notesOf(userId: string): Promise<string[]> {
    const rows = await this.db.select().from(note).where(eq(note.userId, userId));
    return rows.map(({ line }) => line).sort();
  }

  #build(): void {
    const given = createServices(this.bindings);
    const nowhere = createRedis({ url: "http://127.0.0.1:9", token: "x" });
    const services = (): Services => ({
      ...given,
      ...(this.redis === "up"
        ? {}
        : { redis: nowhere, limiter: createRateLimiter(nowhere, given.settings.RATE_LIMITS) }),
      ...(this.postgres === "up"
        ? {}
        : {
            db: createDb({
              databaseUrl: "postgres://u:p@nowhere.test/db",
              fetchEndpoint: "http://127.0.0.1:9/sql",
            }),
          }),
      now_ms: () => Date.now() + this.ahead_ms,
    });
    const app = this.#app;
    app.onError(answerError);
    app.notFound(answerNotFound);
    app.use(requestId());
    app.use(async (c, next) => {
      c.set("services", services());
      await next();
    });
    app.route("/", createIdentityRoutes([notes]));
    app.route("/", otherModule());
  }
}

/** How another module asks who somebody is. */
function otherModule() {
  const app = createModule();
  app.get("/test/identity", async (c) => c.json((await identify(c)) ?? null));
  app.get("/test/orders/:id", async (c) => {
    await requireRole(c, c.req.param("id"), { role: "admin", scope: "orders:read" });
    return c.json({ done: true });
  });
  return app;
}

type Tell = (site: () => SiteUnderTest) => void;

/** Tells the same stories of accounts on every Postgres that this machine has. */
export function onEachSite(title: string, tell: Tell): void {
  onEachEngine(title, (gateway) => tellOn(gateway, tell));
}

/** Tells stories in which SQL has little to say on one Postgres: a real one if there is one. */
export function onSite(title: string, tell: Tell): void {
  describe(title, () => {
    const gateway = new GatewayUnderTest(hasPostgres ? "PostgreSQL" : "PGlite");
    beforeAll(() => gateway.start(), 90_000);
    afterAll(() => gateway.stop());
    tellOn(gateway, tell);
  });
}

function tellOn(gateway: GatewayUnderTest, tell: Tell): void {
  let started: SiteUnderTest | undefined;
  const site = () => {
    if (started === undefined) throw new Error("the site has not been started");
    return started;
  };
  beforeAll(async () => {
    started = await SiteUnderTest.start(gateway);
  }, 90_000);
  beforeEach(() => {
    Object.assign(site(), { redis: "up", postgres: "up", ahead_ms: 0 });
  });
  afterAll(() => started?.stop());
  tell(site);
}
