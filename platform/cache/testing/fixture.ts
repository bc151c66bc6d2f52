import { seededRandom } from "../../testing/random.ts";
import { type Cache, type CacheOfIsolate, createCache } from "../cache.ts";
import { type CacheCounts, createCacheCounts } from "../counter.ts";
import { redisStore } from "../redis-store.ts";
import { fakeClient, type Wire } from "./fake-client.ts";
import { MemoryRedis } from "./memory-redis.ts";
import { VirtualTime } from "./virtual-time.ts";

/** One isolate's cache, and what a test wants to see of it. */
export interface TestIsolate {
  readonly cache: Cache;
  readonly isolate: CacheOfIsolate;
  readonly counts: CacheCounts;
  /** What went on after the answer. */
  readonly background: Promise<unknown>[];
}

/** A Redis in memory, in virtual time, and as many isolates before it as a test wants. */
export class CacheFixture {
  readonly time = new VirtualTime();
  readonly redis = new MemoryRedis(this.time.now_ms);
  /** Names of the commands that were sent, each as it is billed. */
  readonly commands: string[] = [];
  /** How long Redis takes to answer. */
  latency_ms = 2;
  /** Bends the wire for all isolates; by default every request is run at once and answered later. */
  wire: Wire = (run) => this.plain(run);
  readonly #random: () => number;

  constructor(seed = 1) {
    this.#random = seededRandom(seed).next;
  }

  isolate(): TestIsolate {
    const counter = createCacheCounts();
    const background: Promise<unknown>[] = [];
    const client = fakeClient(this.redis, (run, commands) => {
      this.commands.push(...commands.map(([name]) => String(name)));
      return this.wire(run, commands);
    });
    const isolate = createCache({
      store: redisStore(client),
      timer: this.time,
      random: this.#random,
      counter,
    });
    const cache = isolate.forRequest((work) => background.push(work));
    return { cache, isolate, counts: counter.counts, background };
  }

  /** Half of the latency there, half of it back, as a network has it. */
  async plain(run: () => unknown): Promise<unknown> {
    await this.time.sleep(this.latency_ms / 2);
    const result = run();
    await this.time.sleep(this.latency_ms / 2);
    return result;
  }

  /** The commands that were sent since the last call. */
  sent(): string[] {
    return this.commands.splice(0);
  }
}
