import type { CacheRedis } from "../redis-store.ts";
import type { MemoryRedis } from "./memory-redis.ts";

type Command = readonly (string | number)[];

/** What becomes of a request: how to run it is given, and it may be run or not, late, or twice. */
export type Wire = (run: () => unknown, commands: readonly Command[]) => Promise<unknown>;

interface SetOptions {
  readonly px?: number;
  readonly ex?: number;
  readonly nx?: boolean;
  readonly get?: boolean;
}

/** As much of the Redis client as a cache uses, over a Redis in memory and a wire that tests bend. */
export function fakeClient(redis: MemoryRedis, wire: Wire): CacheRedis {
  const decoded = (result: unknown) => decode(result);
  const one = (command: Command) => wire(() => decoded(redis.run(command)), [command]);
  const several = () => {
    const commands: Command[] = [];
    const chain = {
      set: (key: string, value: string, options: SetOptions) => {
        commands.push(setCommand(key, value, options));
        return chain;
      },
      pexpire: (key: string, life_ms: number) => {
        commands.push(["pexpire", key, life_ms]);
        return chain;
      },
      mget: (...keys: string[]) => {
        commands.push(["mget", ...keys]);
        return chain;
      },
      exec: () => wire(() => commands.map((command) => decoded(redis.run(command))), commands),
    };
    return chain;
  };
  const client = {
    mget: (...keys: string[]) => one(["mget", ...keys]),
    set: (key: string, value: string, options: SetOptions) => one(setCommand(key, value, options)),
    del: (...keys: string[]) => one(["del", ...keys]),
    pipeline: several,
    multi: several,
  };
  return client as unknown as CacheRedis;
}

function setCommand(key: string, value: string, { px, ex, nx, get }: SetOptions): Command {
  const life = px === undefined ? ["ex", ex ?? 0] : ["px", px];
  return ["set", key, value, ...life, ...(nx ? ["nx"] : []), ...(get ? ["get"] : [])];
}

/** The client reads JSON wherever it finds some, and leaves other text alone. */
function decode(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(decode);
  if (typeof result !== "string") return result;
  try {
    return JSON.parse(result);
  } catch {
    return result;
  }
}
