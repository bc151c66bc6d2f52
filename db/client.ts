import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";

export interface DbOptions {
  /** `postgres://<user>:<password>@<host>/<database>` */
  readonly databaseUrl: string;
  /** Where the driver sends SQL for this database; Neon's own address if not given. */
  readonly fetchEndpoint?: string;
  /**
   * Takes the place of `fetch`, to count round trips. The driver knows one for all databases: the
   * last one given holds.
   */
  readonly fetch?: (...request: Parameters<typeof fetch>) => Promise<Response>;
  /** From sending a query, or a batch, to the end of its answer; at most a minute. */
  readonly query_ms_max?: number;
}

export type Db = NeonHttpDatabase;

const query_ms_default = 10_000;
const query_ms_limit = 60_000;

/**
 * The database over HTTP: one request a query, one request and one transaction a `batch`, and no
 * connection to keep. The same code runs against Neon and against the local gateway.
 *
 *     const db = createDb({ databaseUrl: settings.DATABASE_URL });
 *     const rows = await db.select().from(watchRoom).limit(20);
 *
 * A query that fails, or takes too long, rejects; `sqlState` tells why.
 * @throws TypeError if the address is no postgres:// URL
 * @throws RangeError if `query_ms_max` is not between 1 and 60,000
 */
export function createDb(options: DbOptions): Db {
  return drizzle({ client: createSql(options) });
}

/** The driver itself, for SQL that no schema describes. */
export function createSql(options: DbOptions) {
  const query_ms_max = options.query_ms_max ?? query_ms_default;
  if (!(query_ms_max >= 1 && query_ms_max <= query_ms_limit))
    throw new RangeError(
      `query_ms_max must be from 1 to ${query_ms_limit}, but is ${query_ms_max}`,
    );
  if (options.fetch !== undefined) neonConfig.fetchFunction = options.fetch;
  // The driver would find out with the first query, and would put the string, with its password,
  // into the error.
  if (!/^postgres(ql)?:/.test(options.databaseUrl) || !URL.canParse(options.databaseUrl))
    throw new TypeError("the database's address is not a postgres:// URL");
  if (options.fetchEndpoint !== undefined) sendTo(options.databaseUrl, options.fetchEndpoint);
  return neon(options.databaseUrl, {
    fetchOptions: {
      // The driver spreads these options into every request, which reads the getter anew: so each
      // query has a deadline of its own.
      get signal() {
        return AbortSignal.timeout(query_ms_max);
      },
    },
  });
}

type Endpoint = typeof neonConfig.fetchEndpoint;

/** The driver knows one endpoint for all databases; ours are kept by the address they belong to. */
const endpoints = new Map<string, string>();
let driverDefault: Endpoint | undefined;

/** From now on SQL for this database goes there. */
export function sendTo(databaseUrl: string, fetchEndpoint: string): void {
  const { hostname, port } = new URL(databaseUrl);
  endpoints.set(`${hostname}:${port}`, fetchEndpoint);
  if (driverDefault !== undefined) return;
  const previous = neonConfig.fetchEndpoint;
  driverDefault = previous;
  neonConfig.fetchEndpoint = (host, hostPort, endpointOptions) =>
    endpoints.get(`${host}:${hostPort}`) ??
    (typeof previous === "function" ? previous(host, hostPort, endpointOptions) : previous);
}

const causes_max = 5;

/**
 * The SQLSTATE by which Postgres names an error, such as `23505` for a repeated key; undefined for
 * an error that is not Postgres's. A single query fails with drizzle's error around the driver's, a
 * batch with the driver's own.
 */
export function sqlState(error: unknown): string | undefined {
  for (let at = error, i = 0; at instanceof Error && i < causes_max; at = at.cause, i += 1)
    if ("code" in at && typeof at.code === "string" && /^[0-9A-Z]{5}$/.test(at.code))
      return at.code;
  return undefined;
}
