import { windowScript } from "../../platform/testing/memory-redis.ts";

type Value = string | Map<string, string> | Map<string, number>;
type Command = readonly [name: string, ...parameters: string[]];

/**
 * As much of Redis as the Worker uses, in memory, for tests: texts, hashes, sorted sets and the
 * scripts of the rate limiter. It takes what the Upstash client posts and answers in its form.
 * Expiry is by the clock it is given.
 */
export class FakeRedis {
  /** Names of the commands that have come, in order. */
  readonly commands: string[] = [];
  /** How many requests have come; a pipeline is one. */
  requests = 0;
  readonly #values = new Map<string, Value>();
  readonly #ends_ms = new Map<string, number>();
  readonly #windows = new Map<string, number>();
  readonly #now_ms: () => number;

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  answer(posted: unknown): Response {
    this.requests += 1;
    const body = posted as (string | number)[] | (string | number)[][];
    const run = (command: readonly (string | number)[]) => {
      const [name = "", ...parameters] = command.map(String);
      this.commands.push(name.toUpperCase());
      try {
        return { result: encoded(this.#run([name.toUpperCase(), ...parameters])) };
      } catch (error) {
        return { error: String(error) };
      }
    };
    if (!isPipeline(body)) return Response.json(run(body));
    return Response.json(body.map(run));
  }

  /** A text as it is kept, for tests. */
  text(key: string): string | undefined {
    return this.#get(key, "");
  }

  /** A hash as it is kept, for tests. */
  hash(key: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#get<Map<string, string>>(key, new Map()));
  }

  #run([name, key = "", ...rest]: Command): unknown {
    const [first = "", second = ""] = rest;
    switch (name) {
      case "PING":
        return "PONG";
      case "EVALSHA": {
        const keyCount = Number(first);
        const keys = rest.slice(1, 1 + keyCount);
        return windowScript(this.#windows, keys, rest.slice(1 + keyCount).map(Number));
      }
      case "GET":
        return this.#get<string | null>(key, null);
      case "SET":
        return this.#set(key, rest);
      case "MGET":
        return [key, ...rest].map((name) => this.#get<string | null>(name, null));
      case "DEL":
        return [key, ...rest].filter((name) => this.#values.delete(name)).length;
      case "PEXPIRE":
        this.#ends_ms.set(key, this.#now_ms() + Number(first));
        return this.#get(key, undefined) === undefined ? 0 : 1;
      case "EXPIRE":
        this.#ends_ms.set(key, this.#now_ms() + Number(first) * 1000);
        return 1;
      case "HINCRBY": {
        const hash = this.#hash(key);
        hash.set(first, String(Number(hash.get(first) ?? 0) + Number(second)));
        return Number(hash.get(first));
      }
      case "HSET":
        for (let at = 0; at < rest.length; at += 2)
          this.#hash(key).set(rest[at] ?? "", rest[at + 1] ?? "");
        return rest.length / 2;
      case "HGETALL":
        return [...this.#get<Map<string, string>>(key, new Map())].flat();
      case "ZINCRBY": {
        const scores = this.#scores(key);
        scores.set(second, (scores.get(second) ?? 0) + Number(first));
        return String(scores.get(second));
      }
      case "ZCOUNT": {
        const [from, to] = [first, second].map((bound) =>
          bound === "+inf" ? Number.POSITIVE_INFINITY : Number(bound),
        );
        const scores = [...this.#get<Map<string, number>>(key, new Map()).values()];
        return scores.filter((score) => score >= (from ?? 0) && score <= (to ?? 0)).length;
      }
      case "ZREMRANGEBYSCORE": {
        const old = [...this.#scores(key)].filter(
          ([, score]) => score >= Number(first) && score <= Number(second),
        );
        for (const [member] of old) this.#scores(key).delete(member);
        return old.length;
      }
      default:
        throw new Error(`ERR unknown command '${name}'`);
    }
  }

  #set(key: string, [value = "", ...options]: readonly string[]): string | null {
    const option = (name: string) => {
      const at = options.findIndex((text) => text.toUpperCase() === name);
      return at === -1 ? undefined : (options[at + 1] ?? "");
    };
    if (option("NX") !== undefined && this.#get(key, undefined) !== undefined) return null;
    this.#values.set(key, value);
    this.#ends_ms.delete(key);
    const life_ms = option("PX");
    if (life_ms !== undefined) this.#ends_ms.set(key, this.#now_ms() + Number(life_ms));
    const life_s = option("EX");
    if (life_s !== undefined) this.#ends_ms.set(key, this.#now_ms() + Number(life_s) * 1000);
    return "OK";
  }

  #get<T extends Value | null | undefined>(key: string, otherwise: T): T {
    if ((this.#ends_ms.get(key) ?? Number.POSITIVE_INFINITY) <= this.#now_ms()) {
      this.#values.delete(key);
      this.#ends_ms.delete(key);
    }
    return (this.#values.get(key) as T | undefined) ?? otherwise;
  }

  #hash(key: string): Map<string, string> {
    const hash = this.#get<Map<string, string>>(key, new Map());
    this.#values.set(key, hash);
    return hash;
  }

  #scores(key: string): Map<string, number> {
    const scores = this.#get<Map<string, number>>(key, new Map());
    this.#values.set(key, scores);
    return scores;
  }
}

function isPipeline(
  body: (string | number)[] | (string | number)[][],
): body is (string | number)[][] {
  return Array.isArray(body[0]);
}

/** As the gateway answers a client that asked for base64: every text in it. */
function encoded(value: unknown): unknown {
  if (typeof value === "string")
    return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
  return Array.isArray(value) ? value.map(encoded) : value;
}
