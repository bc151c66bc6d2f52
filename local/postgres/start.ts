import type { Part } from "../process/part.ts";
import { defaultLimits, type Engine, loginUrl } from "./engine/engine.ts";
import { startPgliteEngine } from "./engine/pglite/engine.ts";
import { startServerEngine } from "./engine/server.ts";
import { startGateway } from "./gateway/server.ts";

export interface PostgresOptions {
  /** Where the embedded engine keeps its data; a real server has its own. */
  readonly folder: string;
  /** Port wanted for the gateway; 0 for any. */
  readonly port: number;
  /** A real server. Without it the embedded PGlite is started. */
  readonly databaseUrl?: string;
}

export interface PostgresInfo {
  /** For people: `PGlite 0.5 (Postgres 18.6)` or `PostgreSQL 15.18`. */
  readonly engine: string;
  /** What a Neon driver is given as its connection string. */
  readonly databaseUrl: string;
  /** What `neonConfig.fetchEndpoint` is set to. */
  readonly fetchEndpoint: string;
  /** Where `psql` and `pg` reach it: with its password if it is the embedded engine's, else without. */
  readonly wireUrl: string;
}

/**
 * Postgres behind a gateway that speaks Neon's HTTP protocol.
 * @throws Error with one line that says what to do: server out of reach, data folder in use
 */
export async function startPostgres(options: PostgresOptions): Promise<Part<PostgresInfo>> {
  const engine = await startEngine(options);
  try {
    const gateway = await startGateway(engine, options.port);
    const databaseUrl = loginUrl(engine.login);
    return {
      info: {
        engine: engine.name,
        databaseUrl,
        fetchEndpoint: `http://127.0.0.1:${gateway.port}/sql`,
        wireUrl: options.databaseUrl ? withoutPassword(databaseUrl) : databaseUrl,
      },
      counted: () => ({ requests: gateway.requests() }),
      async stop() {
        await gateway.stop();
        await engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = "";
  return url.href;
}

function startEngine({ folder, port, databaseUrl }: PostgresOptions): Promise<Engine> {
  if (databaseUrl) return startServerEngine(databaseUrl, defaultLimits);
  return startPgliteEngine({
    folder,
    // Beside the gateway, so that it stays the same from one start to the next.
    wirePort: port === 0 ? 0 : port + 1,
    limits: defaultLimits,
  });
}
