import { randomBytes } from "node:crypto";
import { Client, type ClientConfig } from "pg";
import type { Engine, EngineLimits, Login } from "./engine.ts";
import { SessionPool } from "./pool.ts";

/**
 * What Neon's servers answer with, whatever this server's own configuration says; all of it changes
 * how a value looks as text. A session may still SET otherwise for itself.
 */
const neonDefaults = [
  "TimeZone=UTC",
  "DateStyle=ISO,MDY",
  "IntervalStyle=postgres",
  "bytea_output=hex",
  "extra_float_digits=1",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

const cancel_ms_max = 2_000;

/**
 * A real PostgreSQL server.
 * @param databaseUrl anything `pg` takes as a connection string
 * @throws Error with one line that says what to do when it does not answer
 */
export async function startServerEngine(
  databaseUrl: string,
  limits: EngineLimits,
): Promise<Engine> {
  const connection: ClientConfig = {
    connectionString: withOptions(databaseUrl),
    options: neonDefaults,
    application_name: "offrail",
    connectionTimeoutMillis: limits.wait_ms_max,
  };
  const login = loginOf(connection);
  const pool = new SessionPool({
    connection,
    limits,
    interrupt: (backend) => cancelBackend(connection, backend),
    resetBehind: false,
  });
  try {
    const name = await pool.session(AbortSignal.timeout(limits.wait_ms_max), async (session) => {
      let version = "of unknown version";
      const row = ([shown]: readonly (string | null)[]) => {
        version = shown?.split(" ")[0] ?? version;
      };
      await session.run({ text: "SHOW server_version", params: [] }, { fields() {}, row });
      return `PostgreSQL ${version}`;
    });
    return {
      name,
      login,
      session: (signal, work) => pool.session(signal, work),
      stop: () => pool.stop(),
    };
  } catch (error) {
    await pool.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `PostgreSQL at ${login.host}:${login.port} does not let us in (${reason}): start it, correct ` +
        "DATABASE_URL, or unset DATABASE_URL to use the embedded PGlite",
    );
  }
}

/** An `options` parameter in the string would replace ours, so ours goes in front of it. */
function withOptions(databaseUrl: string): string {
  return databaseUrl.replace(
    /([?&]options=)([^&]*)/,
    (_, key: string, theirs: string) => `${key}${encodeURIComponent(`${neonDefaults} `)}${theirs}`,
  );
}

/** As `pg` understands the connection string, with its defaults from the environment. */
function loginOf(connection: ClientConfig): Login {
  const client = new Client(connection);
  return {
    user: client.user ?? "postgres",
    // A server that trusts local users needs no password, but a Neon driver must send one.
    password: client.password || randomBytes(12).toString("hex"),
    host: client.host.startsWith("/") ? "localhost" : client.host,
    port: client.port,
    database: client.database ?? client.user ?? "postgres",
  };
}

/** Asks over a connection of its own, because the pool may be what is stuck. */
async function cancelBackend(connection: ClientConfig, backend: number): Promise<"wait" | "cut"> {
  const client = new Client({
    ...connection,
    connectionTimeoutMillis: cancel_ms_max,
    query_timeout: cancel_ms_max,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT pg_cancel_backend($1)", [backend]);
    return "wait";
  } catch {
    return "cut";
  } finally {
    await client.end().catch(() => {});
  }
}
