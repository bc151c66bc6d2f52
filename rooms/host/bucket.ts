/** Tokens left in a bucket at a moment; it refills as time passes, without a timer. */
export interface Bucket {
  readonly tokens: number;
  readonly at_ms: number;
}

export interface BucketRate {
  readonly messages_per_s: number;
  readonly messages_burst: number;
}

/** A full bucket. */
export function fullBucket(rate: BucketRate, now_ms: number): Bucket {
  return { tokens: rate.messages_burst, at_ms: now_ms };
}

/**
 * Takes one token (token bucket: Turner, "New directions in communications", 1986).
 * @returns the bucket afterwards, and 0, or in how many milliseconds there will be a token
 */
export function takeToken(
  bucket: Bucket,
  rate: BucketRate,
  now_ms: number,
): { readonly bucket: Bucket; readonly retryAfter_ms: number } {
  // A clock that steps back must not take tokens away.
  const elapsed_ms = Math.max(0, now_ms - bucket.at_ms);
  const refilled = bucket.tokens + (elapsed_ms * rate.messages_per_s) / 1000;
  const tokens = Math.min(rate.messages_burst, refilled);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at_ms: now_ms }, retryAfter_ms: 0 };
  const retryAfter_ms = Math.ceil(((1 - tokens) * 1000) / rate.messages_per_s);
  return { bucket: { tokens, at_ms: now_ms }, retryAfter_ms };
}
