import { Redis } from "ioredis";

/** The documents' Redis client: one connection, tried again after 50 ms, 100 ms, ... up to 500 ms. */
export async function connectRedis(
  url: string,
  timeout_ms: number,
  warn: (message: string) => void,
): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 10_000,
    keepAlive: 30_000,
    commandTimeout: timeout_ms,
    maxRetriesPerRequest: 3,
    retryStrategy: (retries) => Math.min(retries * 50, 500),
  });
  redis.on("error", (error: Error) => warn(`Redis client error: ${error.message}`));
  await redis.connect();
  return redis;
}
