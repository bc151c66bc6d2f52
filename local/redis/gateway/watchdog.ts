import type { Redis } from "ioredis";

/** Watches one connection; `begin` and `end` bracket every call that waits for an answer. */
export interface Watchdog {
  begin(): void;
  end(): void;
  /** Why a call failed, in one short sentence without addresses or credentials. */
  reason(error: unknown): string;
  stop(): void;
}

/** How many looks in a row must find nothing before Redis counts as silent. */
const looks = 4;

/**
 * Cuts a connection on which Redis owes an answer and sends nothing, so that every call that waits
 * fails instead of hanging, and the connection is made anew. Time counts from the last byte, not
 * from a call's start: behind a slow but moving pipeline nobody is cut off. It is counted in looks,
 * so that time in which this process itself was busy, and could not have listened, does not count.
 */
export function watchSilence(
  redis: Redis,
  silence_ms_max: number,
  onSilence: () => void,
): Watchdog {
  let waiting = 0;
  let emptyLooks = 0;
  let lastError = "";
  let silent = false;
  const progress = () => {
    emptyLooks = 0;
  };

  redis.on("connect", () => {
    progress();
    redis.stream.prependListener("data", progress);
  });
  redis.on("ready", () => {
    silent = false;
    lastError = "";
  });
  redis.on("error", (error: Error) => {
    lastError = describe(error);
  });

  const timer = setInterval(() => {
    const owed = waiting > 0 || redis.status === "connect";
    emptyLooks = owed ? emptyLooks + 1 : 0;
    // The first look may come right after a call has begun, so it takes one more.
    if (emptyLooks <= looks) return;
    progress();
    silent = true;
    redis.disconnect(true);
    onSilence();
  }, silence_ms_max / looks);
  timer.unref();

  return {
    begin: () => {
      if (waiting === 0) progress();
      waiting += 1;
    },
    end: () => {
      waiting -= 1;
    },
    reason: (error) => {
      if (silent) return `no answer for ${silence_ms_max} ms`;
      return lastError || (error instanceof Error ? "the connection was lost" : "unknown failure");
    },
    stop: () => clearInterval(timer),
  };
}

/** The code of a system error, or Redis's own words; never an address. */
function describe(error: Error): string {
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.message.split("\n", 1)[0] ?? "";
}
