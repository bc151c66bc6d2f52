import type { Part } from "../process/part.ts";
import { freePort } from "../process/port.ts";
import { type EngineOptions, startEngine } from "./engine.ts";
import { startGateway } from "./gateway/server.ts";

export interface RedisOptions extends EngineOptions {
  /** Port wanted for the gateway; another one is taken when it is in use, any when it is 0. */
  readonly port: number;
  /** What clients must show as their bearer token. */
  readonly token: string;
}

export interface RedisInfo {
  /** What to tell a person, e.g. `redis-server 7.0.15`. */
  readonly engine: string;
  /** Address of the engine itself, with credentials if it has any: not for printing. */
  readonly redisUrl: string;
  /** Address of the gateway: `UPSTASH_REDIS_REST_URL`. */
  readonly restUrl: string;
  readonly token: string;
}

/** How long Redis may owe an answer in silence before its callers get an error instead. */
const silence_ms_max = 5_000;

/**
 * Starts a Redis and, in front of it, a gateway that speaks Upstash's REST API.
 * @throws Error with one line that says what went wrong and what to do
 */
export async function startRedis(options: RedisOptions): Promise<Part<RedisInfo>> {
  const engine = await startEngine(options);
  try {
    const port = await freePort(options.port);
    const gateway = await startGateway({
      port,
      token: options.token,
      redisUrl: engine.url,
      gaps: engine.gaps,
      silence_ms_max,
      onSilence: () => void engine.onSilence?.(),
    });
    return {
      info: {
        engine: engine.name,
        redisUrl: engine.url,
        restUrl: `http://127.0.0.1:${port}`,
        token: options.token,
      },
      counted: () => ({ ...gateway.tally() }),
      stop: async () => {
        try {
          await gateway.stop();
        } finally {
          await engine.stop();
        }
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
