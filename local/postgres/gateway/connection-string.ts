import type { Login } from "../engine/engine.ts";
import { SqlError } from "../engine/errors.ts";
import { BadRequestError } from "./errors.ts";

/** Names of this machine that mean the same to a person, and so are no wrong host. */
const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/**
 * Checks the connection string that the driver sends with every request, in the order and with the
 * words of Neon's proxy. The port is not compared: a driver over HTTP does not use it.
 * @throws BadRequestError if it is not one, SqlError if it does not lead to this database
 */
export function checkConnectionString(header: string | string[] | undefined, login: Login): void {
  if (typeof header !== "string")
    throw new BadRequestError("invalid header: neon-connection-string");
  const url = URL.canParse(header) ? new URL(header) : undefined;
  if (url === undefined) throw new BadRequestError("invalid connection string: not a URL");
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:")
    throw new BadRequestError("incorrect scheme");
  const database = decoded(url.pathname.split("/")[1] ?? "");
  if (database === "") throw new BadRequestError("missing database name");
  const user = decoded(url.username);
  if (user === "") throw new BadRequestError("missing username");
  if (url.password === "")
    throw new BadRequestError("missing authentication credentials: required password");
  if (url.hostname === "") throw new BadRequestError("missing hostname");
  if (user !== login.user || decoded(url.password) !== login.password || !sameHost(url, login))
    throw new SqlError(`password authentication failed for user '${user}'`, {
      severity: "FATAL",
      code: "28P01",
    });
  if (database !== login.database)
    throw new SqlError(`database "${database}" does not exist`, {
      severity: "FATAL",
      code: "3D000",
    });
}

/** On Neon the host names the project; a wrong one is a wrong login. */
function sameHost(url: URL, login: Login): boolean {
  if (loopback.has(url.hostname) && loopback.has(login.host)) return true;
  return url.hostname.toLowerCase() === login.host.toLowerCase();
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadRequestError("invalid connection string: malformed escape");
  }
}
