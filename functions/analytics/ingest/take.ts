import type { Context } from "hono";
import type { BatchAnswer } from "../../../protocol/analytics/batch.ts";
import { keyHolds } from "../../../protocol/analytics/buffer.ts";
import { batchLimits } from "../../../protocol/analytics/limits.ts";
import type { AppEnv } from "../../app.ts";
import { configOf } from "../buffers.ts";
import { asFirstSaid } from "./first-answer.ts";
import { buffered, known, problemOf, rowsOf, type Sent, understoodBy } from "./hand-over.ts";
import { commitRevenue } from "./revenue.ts";
import { factsOf } from "./row.ts";

/** When to send again what the database could not take. */
const revenueRetry_s = 5;

/**
 * Looks at a batch as if it were taken in, and keeps nothing.
 * @throws ProblemError the same that the batch would get, but for a buffer that is full
 */
export async function lookOver(c: Context<AppEnv>, sent: Sent): Promise<BatchAnswer> {
  const { sender, signedBy } = sent;
  const { gameId, env, keyId } = sender;
  const { analyticsBuffers, now_ms } = c.var.services;
  const keyIds = signedBy === undefined ? [keyId] : [keyId, signedBy];
  const config = await configOf(analyticsBuffers, { gameId, env, shard: 0 }, keyIds);
  if (config === undefined) throw problemOf({ reason: "unavailable" });
  if (config === null || !keyHolds(config, keyId, env, ["write", "secret"]))
    throw problemOf({ reason: "key" });
  const isSigned = signedBy !== undefined && keyHolds(config, signedBy, env, ["secret"]);
  if (!isSigned && (signedBy !== undefined || config.settings.signedOnly))
    throw problemOf({ reason: "signature" });
  known.set(config);
  const { results, buffered } = await understoodBy(c, sent, config, now_ms());
  const rows_bytes = new TextEncoder().encode(rowsOf(buffered)).length;
  if (rows_bytes > batchLimits.rows_bytes_max) throw problemOf({ reason: "too_large" });
  return { results, server_ms: now_ms(), dryRun: true };
}

/**
 * Takes a batch in: events go to a buffer, purchases to the database; each is answered when it is on
 * disk there.
 * @throws ProblemError `token_invalid`; `body_too_large`; `rate_limited` when the buffer is full;
 *   `unavailable` and `room_unavailable` when nothing of the batch could be kept
 */
export async function takeIn(c: Context<AppEnv>, sent: Sent): Promise<BatchAnswer> {
  const { now_ms } = c.var.services;
  const received_ms = now_ms();
  const { understood: now, reply } = await buffered(c, sent, received_ms);
  const said = reply.type === "accepted" ? reply.said : undefined;
  const understood = said === undefined ? now : asFirstSaid(now, said);
  const { results, revenue } = understood;
  let retryAfter_s: number | undefined;
  if (reply.type === "accepted")
    for (const at of reply.duplicates) {
      const place = understood.buffered[at]?.place;
      if (place !== undefined)
        results[place] = { ...statusAt(results, place), status: "duplicate" };
    }
  else {
    // Purchases may still be kept; the rest is to be sent again.
    for (const { place } of understood.buffered)
      results[place] = { ...statusAt(results, place), status: "retry" };
    retryAfter_s = reply.retryAfter_s;
  }
  if (revenue.length > 0) {
    const facts = factsOf(sent.batch, received_ms);
    const outcome = await commitRevenue(c, sent.sender, revenue, facts);
    if (outcome.keyHolds === false && understood.buffered.length === 0) {
      known.delete(sent.sender.gameId);
      throw problemOf({ reason: "key" });
    }
    for (const [place, result] of outcome.results) results[place] = result;
    if ([...outcome.results.values()].some(({ status }) => status === "retry"))
      retryAfter_s = Math.max(retryAfter_s ?? 0, revenueRetry_s);
  }
  return { results, server_ms: now_ms(), ...(retryAfter_s === undefined ? {} : { retryAfter_s }) };
}

function statusAt(results: BatchAnswer["results"], place: number) {
  return { uuid: results[place]?.uuid ?? null };
}
