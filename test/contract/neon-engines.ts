import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HTTPTransactionOptions, neon } from "@neondatabase/serverless";
import { Client } from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import {
  findPostgres,
  type PostgresServer,
  startPostgresServer,
} from "../../bench/servers/postgres.ts";
import { sendTo } from "../../db/client.ts";
import type { PostgresInfo } from "../../local/postgres/start.ts";
import { startPostgres } from "../../local/postgres/start.ts";
import type { Part } from "../../local/process/part.ts";

export type EngineKind = "PGlite" | "PostgreSQL";

const bin = await findPostgres();
if (bin === undefined)
  console.log("No PostgreSQL on this machine: the Neon gateway is tried on PGlite only.");
const kinds: readonly EngineKind[] = bin === undefined ? ["PGlite"] : ["PGlite", "PostgreSQL"];

/** The gateway before one engine, and ways to speak to it. */
export class GatewayUnderTest {
  readonly kind: EngineKind;
  #part: Part<PostgresInfo> | undefined;
  #server: PostgresServer | undefined;
  #folder = "";

  constructor(kind: EngineKind) {
    this.kind = kind;
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "offrail-neon-"));
    if (this.kind === "PostgreSQL" && bin !== undefined)
      this.#server = await startPostgresServer(bin);
    const server = this.#server;
    this.#part = await startPostgres({
      folder: join(this.#folder, "postgres"),
      port: 0,
      ...(server ? { databaseUrl: server.url } : {}),
    });
    const { databaseUrl, fetchEndpoint } = this.info;
    sendTo(databaseUrl, fetchEndpoint);
  }

  async stop(): Promise<void> {
    try {
      await this.#part?.stop();
    } finally {
      await this.#server?.stop();
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  get info(): PostgresInfo {
    if (this.#part === undefined) throw new Error("the gateway has not been started");
    return this.#part.info;
  }

  /** The real server behind it; only on PostgreSQL. */
  get server(): PostgresServer {
    if (this.#server === undefined) throw new Error("there is no server behind this gateway");
    return this.#server;
  }

  /** Neon's driver. */
  sql<Arrays extends boolean = false, Full extends boolean = false>(
    options: HTTPTransactionOptions<Arrays, Full> = {},
  ) {
    return neon<Arrays, Full>(this.info.databaseUrl, options);
  }

  /** node-postgres, past the gateway. */
  async withPg<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(this.info.databaseUrl);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** A request as any client may send it. */
  async post(
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; json: unknown }> {
    const response = await fetch(this.info.fetchEndpoint, {
      method: "POST",
      headers: { "Neon-Connection-String": this.info.databaseUrl, ...headers },
      body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, json: await response.json() };
  }
}

/** Defines the same tests before every engine that this machine has. */
export function onEachEngine(title: string, define: (gateway: GatewayUnderTest) => void): void {
  describe.each(kinds)(`${title}, on %s`, (kind) => {
    const gateway = new GatewayUnderTest(kind);
    beforeAll(() => gateway.start(), 90_000);
    afterAll(() => gateway.stop());
    define(gateway);
  });
}

/** Defines tests of what is the same on every engine, before a real PostgreSQL if there is one. */
export function onOneEngine(title: string, define: (gateway: GatewayUnderTest) => void): void {
  describe(title, () => {
    const gateway = new GatewayUnderTest(kinds.at(-1) ?? "PGlite");
    beforeAll(() => gateway.start(), 90_000);
    afterAll(() => gateway.stop());
    define(gateway);
  });
}

/** What an awaited thing was rejected with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}
