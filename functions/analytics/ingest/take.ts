import type { Context } from "hono";
import type { Batch, BatchAnswer } from "../../../protocol/analytics/batch.ts";
import type { AcceptReply, GameConfig } from "../../../protocol/analytics/buffer.ts";
import type { AppEnv } from "../../app.ts";
import { ProblemError } from "../../problem.ts";
import { configOf, handOver } from "../buffers.ts";
import type { GameKeyFacts } from "../key-text.ts";
import { KnownGames } from "./known-games.ts";
import { commitRevenue } from "./revenue.ts";
import { factsOf } from "./row.ts";
import { type Understood, understand } from "./understand.ts";

/** A batch, and who sent it. */
export interface Sent {
  readonly batch: Batch;
  readonly sender: GameKeyFacts;
  /** The secret key that signed it. */
  readonly signedBy: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Times that a game may change its configuration while one batch is taken in. */
const agreements_max = 3;
/** When to send again what the database could not take. */
const revenueRetry_s = 5;

const known = new KnownGames();

/** Looks at a batch and keeps nothing. */
export async function lookOver(c: Context<AppEnv>, { batch, sender }: Sent): Promise<BatchAnswer> {
  const { gameId, env } = sender;
  const { analyticsBuffers, now_ms } = c.var.services;
  const config = await configOf(analyticsBuffers, { gameId, env, shard: 0 });
  if (config === null || !config.keys.some(({ id }) => id === sender.keyId)) throw invalidKey();
  known.set(config);
  const { results } = understand(batch, config, env, now_ms());
  return { results, server_ms: now_ms(), dryRun: true };
}

/**
 * Takes a batch in: events go to a buffer, purchases to the database; each is answered when it is on
 * disk there.
 * @throws ProblemError `token_invalid`; `rate_limited` when the buffer is full; `unavailable` and
 *   `room_unavailable` when nothing of the batch could be kept
 */
export async function takeIn(c: Context<AppEnv>, sent: Sent): Promise<BatchAnswer> {
  const { now_ms } = c.var.services;
  const received_ms = now_ms();
  const { understood, reply } = await buffered(c, sent, received_ms);
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
    const { batch, sender, signedBy } = sent;
    const trusted = signedBy !== undefined || sender.kind === "secret";
    const facts = factsOf(batch, received_ms);
    const outcome = await commitRevenue(c, { ...sender, trusted }, revenue, facts);
    if (outcome.keyHolds === false && understood.buffered.length === 0) {
      known.delete(sender.gameId);
      throw invalidKey();
    }
    for (const [place, result] of outcome.results) results[place] = result;
    if ([...outcome.results.values()].some(({ status }) => status === "retry"))
      retryAfter_s = Math.max(retryAfter_s ?? 0, revenueRetry_s);
  }
  return { results, server_ms: now_ms(), ...(retryAfter_s === undefined ? {} : { retryAfter_s }) };
}

type Kept = Exclude<AcceptReply, { type: "config" }>;

/** Hands the buffer its part of a batch, once both go by the same configuration. */
async function buffered(
  c: Context<AppEnv>,
  { batch, sender, signedBy, idempotencyKey }: Sent,
  received_ms: number,
): Promise<{ readonly understood: Understood; readonly reply: Kept }> {
  const { gameId, env, keyId } = sender;
  const signature = signedBy === undefined ? {} : { signedBy };
  const idempotency = idempotencyKey === undefined ? {} : { idempotencyKey };
  for (let tries = 0; tries < agreements_max; tries += 1) {
    const config = known.get(gameId);
    const understood =
      config === undefined ? undefined : understand(batch, config, env, received_ms);
    const rows = understood?.buffered ?? [];
    // A batch of nothing but purchases, in a game that is known, needs no buffer; the database looks
    // at the key. Unless signatures are asked for, which the database does not know of.
    if (understood !== undefined && rows.length === 0 && isSettled(understood, config, signedBy))
      return { understood, reply: { type: "accepted", duplicates: [] } };
    const reply = await handOver(
      c.var.services.analyticsBuffers,
      { gameId, env, shard: shardOf(batch, env, config) },
      {
        revision: config?.revision ?? 0,
        keyId,
        uuids: rows.map(({ uuid }) => uuid),
        ...(understood === undefined ? {} : { drops: understood.drops }),
        ...signature,
        ...idempotency,
      },
      `[${rows.map(({ json }) => json).join(",")}]`,
    );
    if (reply.type === "config") known.set(reply.config);
    else if (reply.type === "refused") {
      const problem = problemOf(reply);
      // Nothing of it is kept: the client hears so by the status. A purchase may still be.
      const final = problem.status === 401 || problem.status === 400;
      if (final || understood === undefined || understood.revenue.length === 0) throw problem;
      return { understood, reply };
    } else if (understood !== undefined) return { understood, reply };
  }
  throw new ProblemError("unavailable", { detail: "the game changes too fast", retryAfter_s: 1 });
}

function isSettled(
  { revenue }: Understood,
  config: GameConfig | undefined,
  signedBy: string | undefined,
): boolean {
  return revenue.length > 0 && signedBy === undefined && config?.settings.signedOnly === false;
}

/** Which buffer a batch goes to, whole: by the player of its first event. */
export function shardOf(
  batch: Batch,
  env: string,
  config: Pick<GameConfig, "settings"> | undefined,
): number {
  const shards = env === "live" ? (config?.settings.shards ?? 1) : 1;
  if (shards === 1) return 0;
  const [first] = batch.events;
  const player: unknown =
    typeof first === "object" && first !== null ? Reflect.get(first, "player") : "";
  return fnv1a(String(player)) % shards;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): spreads well, and needs no more. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function problemOf({ reason, retryAfter_s = 5 }: Extract<Kept, { type: "refused" }>): ProblemError {
  switch (reason) {
    case "key":
    case "game":
      return invalidKey();
    case "signature":
      return new ProblemError("token_invalid", {
        detail: "the batch must be signed by a secret key that holds",
      });
    case "idempotency":
      return new ProblemError("bad_request", {
        detail: "another batch had this Idempotency-Key",
      });
    case "full":
      return new ProblemError("rate_limited", { detail: "the buffer is full", retryAfter_s });
    case "unavailable":
      return new ProblemError("unavailable", { retryAfter_s });
  }
}

function invalidKey(): ProblemError {
  return new ProblemError("token_invalid", { detail: "this key is not valid" });
}

function statusAt(results: BatchAnswer["results"], place: number) {
  return { uuid: results[place]?.uuid ?? null };
}
