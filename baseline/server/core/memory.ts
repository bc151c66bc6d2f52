import process from "node:process";
import { getHeapStatistics } from "node:v8";
import { percent } from "./lru-cache.ts";

const monitor_ms = 30_000;
const cleanup_ms = 5 * 60_000;
/** Heap in use from which on the aggressive cleanup runs, in megabytes. */
const aggressive_mb = 450;
const mb = 1024 * 1024;

/** Something that can let go of what it need not keep; more of it when told to be aggressive. */
export type Cleanup = (aggressive: boolean) => void | Promise<void>;

/** What a monitor's look brought about, for the log. */
type Level = "ok" | "warning" | "critical";

/**
 * The documents' memory manager: looks every 30 s, warns at 80 % of the heap's limit, cleans up
 * aggressively at 450 MB or 90 %, whichever comes first, and cleans up anyway every 5 minutes.
 */
export class MemoryManager {
  readonly #cleanups: readonly Cleanup[];
  readonly #warn: (message: string) => void;
  readonly #timers: readonly NodeJS.Timeout[];
  cleanups = 0;
  aggressiveCleanups = 0;

  constructor(cleanups: readonly Cleanup[], warn: (message: string) => void) {
    this.#cleanups = cleanups;
    this.#warn = warn;
    this.#timers = [
      setInterval(() => void this.monitor(), monitor_ms),
      setInterval(() => void this.cleanUp(false), cleanup_ms),
    ];
  }

  async monitor(): Promise<void> {
    const { heapUsed } = process.memoryUsage();
    const level = levelOf(heapUsed, heapLimit_bytes());
    if (level === "ok") return;
    const used = `${megabytes(heapUsed)} / ${megabytes(heapLimit_bytes())}`;
    this.#warn(`[MemoryManager] ${level}: ${used}`);
    if (level === "critical") await this.cleanUp(true);
  }

  async cleanUp(aggressive: boolean): Promise<void> {
    this.cleanups += 1;
    if (aggressive) this.aggressiveCleanups += 1;
    for (const cleanup of this.#cleanups)
      try {
        await cleanup(aggressive);
      } catch (error) {
        this.#warn(`[MemoryManager] a cleanup failed: ${String(error)}`);
      }
    // Only there with --expose-gc, as the start scripts have it.
    if (aggressive) globalThis.gc?.();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** How bad it is to use so much of a heap that may grow to its limit. */
export function levelOf(used_bytes: number, limit_bytes: number): Level {
  const share = used_bytes / limit_bytes;
  if (used_bytes >= aggressive_mb * mb || share >= 0.9) return "critical";
  return share >= 0.8 ? "warning" : "ok";
}

/** Most the heap may grow to, which `--max-old-space-size` sets. */
export const heapLimit_bytes = () => getHeapStatistics().heap_size_limit;

export const megabytes = (bytes: number) => `${(bytes / mb).toFixed(2)} MB`;

/** In the shape of `/health`. */
export function memoryStats() {
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  return {
    heapUsed: megabytes(heapUsed),
    heapTotal: megabytes(heapTotal),
    rss: megabytes(rss),
    usage: percent(heapUsed / heapTotal),
  };
}
