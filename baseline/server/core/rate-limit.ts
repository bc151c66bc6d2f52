import type { FastifyInstance } from "fastify";
import { Refusal } from "./problem.ts";

/** Addresses that are counted at once; more than the global limit of connections. */
const addresses_max = 10_000;

/**
 * The documents' limit of requests: so many from one address in one window, counted in this process.
 * @returns the cleanup that forgets windows that are over
 */
export function limitRequests(app: FastifyInstance, requests_max: number, window_ms: number) {
  const counts = new Map<string, { count: number; readonly until_ms: number }>();
  const forget = () => {
    for (const [address, { until_ms }] of counts)
      if (until_ms <= Date.now()) counts.delete(address);
  };
  app.addHook("onRequest", async (request) => {
    if (!request.url.startsWith("/v1/")) return;
    const now_ms = Date.now();
    const found = counts.get(request.ip);
    const current =
      found !== undefined && found.until_ms > now_ms
        ? found
        : { count: 0, until_ms: now_ms + window_ms };
    current.count += 1;
    counts.set(request.ip, current);
    if (counts.size > addresses_max) forget();
    if (current.count <= requests_max) return;
    const retryAfter_s = Math.ceil((current.until_ms - now_ms) / 1000);
    throw new Refusal(429, "rate_limited", "Too many requests.", retryAfter_s);
  });
  return forget;
}
