import { percent } from "./lru-cache.ts";

export const globalConnections_max = 1_200;
export const userConnections_max = 2;

/**
 * Who is connected. One connection carries all of a page's namespaces, so it is counted once however
 * many of them it uses.
 */
export class ConnectionManager {
  /** By user: their connections, each with how many namespaces it serves for that user. */
  readonly #users = new Map<string, Map<object, number>>();
  /** By connection, as an object of the engine's: how many namespaces it serves. */
  readonly #connections = new Map<object, number>();

  /** Takes a namespace of a connection in, or says no: then nothing is counted. */
  admit(user: string, connection: object): boolean {
    const own = this.#users.get(user);
    const isNew = !this.#connections.has(connection);
    if (isNew && this.#connections.size >= globalConnections_max) return false;
    if (own !== undefined && !own.has(connection) && own.size >= userConnections_max) return false;
    raise(this.#connections, connection);
    const counts = own ?? new Map<object, number>();
    raise(counts, connection);
    this.#users.set(user, counts);
    return true;
  }

  release(user: string, connection: object): void {
    lower(this.#connections, connection);
    const own = this.#users.get(user);
    if (own === undefined) return;
    lower(own, connection);
    if (own.size === 0) this.#users.delete(user);
  }

  get total(): number {
    return this.#connections.size;
  }

  get users(): number {
    return this.#users.size;
  }

  /** In the documents' shape. */
  stats() {
    const { total, users } = this;
    return {
      users,
      total,
      avgPerUser: (users === 0 ? 0 : total / users).toFixed(2),
      limit: globalConnections_max,
      utilization: percent(total / globalConnections_max),
    };
  }
}

function raise(counts: Map<object, number>, key: object): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function lower(counts: Map<object, number>, key: object): void {
  const count = counts.get(key);
  if (count === undefined) return;
  if (count <= 1) counts.delete(key);
  else counts.set(key, count - 1);
}
