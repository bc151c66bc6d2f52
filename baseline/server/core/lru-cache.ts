/** How a cache does, in the documents' shape. */
export interface CacheStats {
  readonly size: number;
  readonly maxSize: number;
  readonly hits: number;
  readonly misses: number;
  readonly hitRate: string;
}

/**
 * The documents' cache: holds the entries used last, and forgets the one used longest ago when it is
 * full. A `Map` keeps its keys in the order they were set, so the first is the oldest.
 */
export class LRUCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #maxSize: number;
  #hits = 0;
  #misses = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#maxSize) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets what matches. */
  sweep(isStale: (value: Value) => boolean): void {
    for (const [key, value] of this.#entries) if (isStale(value)) this.#entries.delete(key);
  }

  /** Forgets the older half: what the aggressive cleanup does. */
  halve(): void {
    const surplus = Math.floor(this.#entries.size / 2);
    for (const key of [...this.#entries.keys()].slice(0, surplus)) this.#entries.delete(key);
  }

  stats(): CacheStats {
    const reads = this.#hits + this.#misses;
    return {
      size: this.#entries.size,
      maxSize: this.#maxSize,
      hits: this.#hits,
      misses: this.#misses,
      hitRate: percent(reads === 0 ? 0 : this.#hits / reads),
    };
  }
}

/** A share as people read it, `0.943` as `94.3%`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
