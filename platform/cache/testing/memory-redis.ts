type Argument = string | number;
type Result = string | number | null | Result[];

/** The few commands of Redis that a cache uses, in memory, for tests. Keys expire by the clock. */
export class MemoryRedis {
  readonly #now_ms: () => number;
  readonly #keys = new Map<string, { value: string; until_ms: number }>();

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  /** Runs one command as it is sent over HTTP: `["set", "key", "value", "px", 1000, "nx"]`. */
  run([name = "", ...args]: readonly Argument[]): Result {
    const words = args.map(String);
    switch (String(name).toLowerCase()) {
      case "mget":
        return words.map((key) => this.get(key) ?? null);
      case "set":
        return this.#set(words);
      case "del":
        return words.filter((key) => this.get(key) !== undefined && this.#keys.delete(key)).length;
      case "pexpire":
        return this.#expire(words[0] ?? "", Number(words[1]));
      default:
        throw new Error(`ERR unknown command '${name}'`);
    }
  }

  get(key: string): string | undefined {
    const found = this.#keys.get(key);
    if (found === undefined || found.until_ms > this.#now_ms()) return found?.value;
    this.#keys.delete(key);
    return undefined;
  }

  /** Puts something there that no cache has written. */
  plant(key: string, value: string): void {
    this.#keys.set(key, { value, until_ms: Number.POSITIVE_INFINITY });
  }

  /** The keys there are, sorted. */
  keys(): string[] {
    return [...this.#keys.keys()].filter((key) => this.get(key) !== undefined).sort();
  }

  /** How long a key has yet to live, in milliseconds. */
  life_ms(key: string): number {
    return (this.#keys.get(key)?.until_ms ?? 0) - this.#now_ms();
  }

  #expire(key: string, life_ms: number): number {
    const value = this.get(key);
    if (value === undefined) return 0;
    this.#keys.set(key, { value, until_ms: this.#now_ms() + life_ms });
    return 1;
  }

  #set([key = "", value = "", ...options]: readonly string[]): Result {
    const words = options.map((option) => option.toLowerCase());
    const lifeAfter = (unit: string) => Number(words[words.indexOf(unit) + 1]);
    const before = this.get(key) ?? null;
    if (words.includes("nx") && before !== null) return null;
    const life_ms = words.includes("px") ? lifeAfter("px") : lifeAfter("ex") * 1000;
    if (!Number.isInteger(life_ms) || life_ms < 1) throw new Error("ERR invalid expire time");
    this.#keys.set(key, { value, until_ms: this.#now_ms() + life_ms });
    return words.includes("get") ? before : "OK";
  }
}
