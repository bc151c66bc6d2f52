import {
  type AcceptHead,
  type AcceptReply,
  type GameConfig,
  keyHolds,
} from "../../protocol/analytics/buffer.ts";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import { batchLimits } from "../../protocol/analytics/limits.ts";

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
  /** One batch. */
  readonly batch_bytes_max: number;
}

export const bufferLimits: BufferLimits = {
  kept_bytes_max: 1024 * 1024 * 1024,
  batch_bytes_max: batchLimits.rows_bytes_max,
};

/** When to come back to a buffer that is full, and to one that does not know its game yet. */
const retry_s = { full: 30, unknown: 5 } as const;

export interface AdmissionFacts {
  /** Null when the game is gone, undefined when nothing is known of it. */
  readonly config: GameConfig | null | undefined;
  /** Whether it is certain that the keys of the batch hold, or do not. */
  readonly keysSure: boolean;
  readonly env: AnalyticsEnv;
  readonly kept_bytes: number;
  readonly limits: BufferLimits;
}

/** What a buffer says to a batch that it does not take; undefined for one that it does. */
export function admit(
  { keyId, signedBy, revision }: AcceptHead,
  rows_bytes: number,
  { config, keysSure, env, kept_bytes, limits }: AdmissionFacts,
): Exclude<AcceptReply, { type: "accepted" }> | undefined {
  if (config === null) return { type: "refused", reason: "game" };
  if (config === undefined || !keysSure)
    return { type: "refused", reason: "unavailable", retryAfter_s: retry_s.unknown };
  if (!keyHolds(config, keyId, env, ["write", "secret"])) return { type: "refused", reason: "key" };
  const isSigned = signedBy !== undefined && keyHolds(config, signedBy, env, ["secret"]);
  if (!isSigned && (signedBy !== undefined || config.settings.signedOnly))
    return { type: "refused", reason: "signature" };
  if (revision !== config.revision) return { type: "config", config };
  // There will never be room for it, however empty the buffer gets.
  if (rows_bytes > limits.batch_bytes_max) return { type: "refused", reason: "too_large" };
  if (kept_bytes + rows_bytes > limits.kept_bytes_max)
    return { type: "refused", reason: "full", retryAfter_s: retry_s.full };
  return undefined;
}
