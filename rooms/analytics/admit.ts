import type { AcceptHead, AcceptReply, GameConfig } from "../../protocol/analytics/buffer.ts";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";

/**
 * What bounds one buffer. Its disk is bounded here; its memory holds the slice that is being written,
 * three times over (4 MB as rows, as a statement and as a request), a batch on its way in, and 20,000
 * uuids: some 20 MB at most.
 */
export interface BufferLimits {
  /**
   * Of rows on its disk, those that wait and those that are dead: half an hour without a database at
   * 2,000 events a second.
   */
  readonly kept_bytes_max: number;
  /** One batch: a row of the platform's SQLite holds 2 MB. */
  readonly batch_bytes_max: number;
}

export const bufferLimits: BufferLimits = {
  kept_bytes_max: 1024 * 1024 * 1024,
  batch_bytes_max: 1_900_000,
};

/** When to come back to a buffer that is full, and to one that does not know its game yet. */
const retry_s = { full: 30, unknown: 5 } as const;

export interface AdmissionFacts {
  /** Null when the game is gone, undefined when nothing is known of it. */
  readonly config: GameConfig | null | undefined;
  readonly env: AnalyticsEnv;
  readonly kept_bytes: number;
  readonly limits: BufferLimits;
}

/** What a buffer says to a batch that it does not take; undefined for one that it does. */
export function admit(
  { keyId, signedBy, revision }: AcceptHead,
  rows_bytes: number,
  { config, env, kept_bytes, limits }: AdmissionFacts,
): Exclude<AcceptReply, { type: "accepted" }> | undefined {
  if (config === undefined)
    return { type: "refused", reason: "unavailable", retryAfter_s: retry_s.unknown };
  if (config === null) return { type: "refused", reason: "game" };
  const holds = (id: string, kinds: readonly string[]) =>
    config.keys.some((key) => key.id === id && key.env === env && kinds.includes(key.kind));
  if (!holds(keyId, ["write", "secret"])) return { type: "refused", reason: "key" };
  if (signedBy === undefined ? config.settings.signedOnly : !holds(signedBy, ["secret"]))
    return { type: "refused", reason: "signature" };
  if (revision !== config.revision) return { type: "config", config };
  if (kept_bytes + rows_bytes > limits.kept_bytes_max || rows_bytes > limits.batch_bytes_max)
    return { type: "refused", reason: "full", retryAfter_s: retry_s.full };
  return undefined;
}
