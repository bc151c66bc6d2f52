import { cors } from "hono/cors";
import { signatureHeader } from "../../protocol/analytics/key.ts";

/**
 * Lets pages of any origin send events, since games are played anywhere. The key says whose they are;
 * no cookie is looked at. It stands before the API's own rule.
 */
export const ingestCors = cors({
  origin: "*",
  allowMethods: ["POST"],
  allowHeaders: [
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "X-Api-Key",
    signatureHeader,
  ],
  exposeHeaders: ["Retry-After", "X-Request-Id"],
  maxAge: 86_400,
});
export const ingestPath = "/v1/analytics/batch";
