/** A request that the gateway itself refuses, with the HTTP status and the text of its `error` field. */
export class GatewayError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "GatewayError";
    this.status = status;
  }
}

/** Redis cannot be asked now: down, still loading, or silent for too long. Trying again may help. */
export function redisUnavailable(reason: string): GatewayError {
  return new GatewayError(503, `ERR Redis is not available: ${reason}`);
}

/** A body or an answer that passes the limit, in the words that Upstash uses for both. */
export function tooLarge(limit_bytes: number, actual_bytes: number): GatewayError {
  return new GatewayError(
    400,
    `ERR max request size exceeded. Limit: ${limit_bytes} bytes, Actual: ${actual_bytes} bytes`,
  );
}

/** Too much is under way already; the client may try again. */
export function tooManyRequests(): GatewayError {
  return new GatewayError(429, "ERR max concurrent connections exceeded");
}
