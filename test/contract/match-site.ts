import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { z } from "zod";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { recordCall } from "../../db/queries/match-call.ts";
import { createApi } from "../../functions/api.ts";
import type { Bindings } from "../../functions/env.ts";
import type { PictureBucket } from "../../functions/match/picture/bucket.ts";
import { createServices } from "../../functions/services.ts";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { createRedis, type Redis } from "../../platform/redis/client.ts";
import { signedInSchema } from "../../protocol/identity/account.ts";
import type { PutProfile } from "../../protocol/match/rest-profile.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { problemSchema } from "../../protocol/problem.ts";
import type { GatewayUnderTest } from "./neon-engines.ts";

const origin = "http://localhost:8787";
export const opsToken = "a-token-for-operators-in-tests";
export const tokenKeys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
const plenty = ["anonymous", "signed_in", "account_write", "match_lobby", "ready", "media"]
  .map((policy) => `${policy}=100000/60`)
  .join(",");

/** What a room was asked. */
export interface Asked {
  readonly party: string;
  readonly room: string;
  readonly request: Record<string, unknown>;
}

/** Pictures in memory, as a bucket keeps them. */
export class MemoryBucket implements PictureBucket {
  readonly objects = new Map<string, { bytes: Uint8Array<ArrayBuffer>; contentType: string }>();
  broken = false;

  async put(
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    options: { httpMetadata: { contentType: string } },
  ) {
    this.#mayBreak();
    this.objects.set(name, { bytes, contentType: options.httpMetadata.contentType });
  }

  async get(name: string) {
    this.#mayBreak();
    const object = this.objects.get(name);
    if (object === undefined) return null;
    const { bytes, contentType } = object;
    const body = new Blob([bytes]).stream();
    return { body, size: bytes.length, httpEtag: '"etag"', httpMetadata: { contentType } };
  }

  async delete(names: string[]) {
    this.#mayBreak();
    for (const name of names) this.objects.delete(name);
  }

  #mayBreak(): void {
    if (this.broken) throw new Error("the bucket does not answer");
  }
}

/** The whole API over a real Postgres and a real Redis; rooms are told here what to answer. */
export class MatchSite {
  readonly bindings: Bindings;
  readonly db: Db;
  readonly redis: Redis;
  readonly bucket = new MemoryBucket();
  /** What rooms were asked, in order. */
  readonly asked: Asked[] = [];
  /** What a room answers; throwing is being out of reach. */
  room: (asked: Asked) => unknown = done;
  readonly #redisPart: Part<RedisInfo>;
  readonly #folder: string;
  readonly #app: ReturnType<typeof createApi>;
  #people = 0;
  #calls = 0;

  private constructor(gateway: GatewayUnderTest, redisPart: Part<RedisInfo>, folder: string) {
    this.#redisPart = redisPart;
    this.#folder = folder;
    const namespace = {
      idFromName: String,
      get: () => ({ fetch: (request: Request) => this.#askRoom(request) }),
    };
    const { restUrl: url, token } = redisPart.info;
    this.db = createDb(gateway.info);
    this.redis = createRedis({ url, token });
    this.bindings = {
      UPSTASH_REDIS_REST_URL: url,
      UPSTASH_REDIS_REST_TOKEN: token,
      DATABASE_URL: gateway.info.databaseUrl,
      NEON_FETCH_ENDPOINT: gateway.info.fetchEndpoint,
      ROOM_TOKEN_KEYS: tokenKeys.map(({ id, secret }) => `${id}:${secret}`).join(","),
      AUTH_SECRET: "another secret of at least 32 characters",
      OPS_TOKEN: opsToken,
      RATE_LIMITS: plenty,
      LOG_LEVEL: "error",
      WATCH_ROOM: namespace,
      LOBBY_ROOM: namespace,
      CALL_ROOM: namespace,
      PICTURES: this.bucket,
      ASSETS: { fetch: async () => new Response() },
    };
    const services = createServices(this.bindings);
    this.#app = createApi(() => services);
  }

  static async start(gateway: GatewayUnderTest): Promise<MatchSite> {
    await migrateDatabase(gateway.info);
    const folder = await mkdtemp(join(tmpdir(), "offrail-match-"));
    const redis = await startRedis({ folder, port: 0, token: "redis token of the tests" });
    return new MatchSite(gateway, redis, folder);
  }

  async stop(): Promise<void> {
    await this.#redisPart.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.#app.request(`${origin}${path}`, init, this.bindings);
  }

  /** Somebody with a browser of their own, signed in as a guest. */
  async guest(name = "Guest", address?: string): Promise<Person> {
    this.#people += 1;
    const person = new Person(this, address ?? `2001:db8:${this.#people.toString(16)}::1`);
    return await this.#asGuest(person, name);
  }

  /** The same browser, signed out and in again as somebody new. */
  async newGuest(person: Person): Promise<Person> {
    await person.fine("POST", "/v1/auth/sign-out");
    return await this.#asGuest(person, "Guest");
  }

  async #asGuest(person: Person, name: string): Promise<Person> {
    const { user } = await person.good("POST", "/v1/auth/guest", signedInSchema, { name });
    person.id = user.id;
    return person;
  }

  /** Somebody who may enter lobbies. */
  async member(profile: Partial<PutProfile> = {}, address?: string): Promise<Person> {
    return await this.prepared(await this.guest("Guest", address), profile);
  }

  /** What it takes to enter lobbies, for somebody who is signed in. */
  async prepared(person: Person, profile: Partial<PutProfile> = {}): Promise<Person> {
    await person.fine("PUT", "/v1/match/profile", { ...someProfile, ...profile });
    await person.fine("POST", "/v1/match/consent", { rulesVersion, adult: true, keepsRules: true });
    return person;
  }

  /** Two people have been in a call that is over, as its room tells it. */
  async met(
    one: { readonly id: string },
    other: { readonly id: string },
    startedAt_ms = Date.now() - 60_000,
  ) {
    this.#calls += 1;
    const outcome = {
      callId: `call-${this.#calls}`,
      members: [one.id, other.id],
      startedAt_ms,
      endedAt_ms: startedAt_ms + 1_234,
      reason: "next",
    } as const;
    await recordCall(this.db, outcome);
    return outcome;
  }

  /** What rooms of one kind were asked since the last look. */
  takeAsked(type: string): Asked[] {
    return this.asked.splice(0).filter(({ request }) => request.type === type);
  }

  async #askRoom(request: Request): Promise<Response> {
    const [, , party = "", room = ""] = new URL(request.url).pathname.split("/");
    const asked = { party, room, request: (await request.json()) as Record<string, unknown> };
    this.asked.push(asked);
    return Response.json(await this.room(asked));
  }
}

/** A room that has done what it was asked; nobody is in a call. */
export const done = ({ request }: Asked) =>
  request.type === "remove" ? { ok: true, callId: null } : { ok: true };

export const someProfile: PutProfile = {
  name: "Ada",
  ageRange: "25-34",
  languages: ["en", "de"],
  interests: ["chess"],
};

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A browser: it keeps cookies, and says which page a request comes from. */
export class Person {
  id = "";
  readonly #site: MatchSite;
  /** From where the browser comes; one may move. */
  address: string;
  readonly #cookies = new Map<string, string>();

  constructor(site: MatchSite, address: string) {
    this.#site = site;
    this.address = address;
  }

  /** @param body bytes are sent as they are, everything else as JSON */
  async request(method: Method, path: string, body?: unknown): Promise<Response> {
    const isRaw = body instanceof Uint8Array;
    const headers = new Headers({ "CF-Connecting-IP": this.address });
    if (method !== "GET") headers.set("Origin", origin);
    if (body !== undefined && !isRaw) headers.set("Content-Type", "application/json");
    headers.set("Cookie", [...this.#cookies].map((pair) => pair.join("=")).join("; "));
    const sent =
      body === undefined
        ? {}
        : { body: isRaw ? new Blob([body as Uint8Array<ArrayBuffer>]) : JSON.stringify(body) };
    const response = await this.#site.request(path, { method, headers, ...sent });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** What a good answer says, by its schema. */
  async good<S extends z.ZodType>(
    method: Method,
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.output<S>> {
    return schema.parse(await (await this.fine(method, path, body)).json());
  }

  async fine(method: Method, path: string, body?: unknown): Promise<Response> {
    const response = await this.request(method, path, body);
    if (response.status >= 300) expect.fail(`${method} ${path}: ${await response.text()}`);
    return response;
  }

  /** The status and the code of a refusal. */
  async refused(method: Method, path: string, body?: unknown): Promise<string> {
    const response = await this.request(method, path, body);
    const { status, code } = problemSchema.parse(await response.json());
    expect(status).toBe(response.status);
    return `${status} ${code}`;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
