import type { Context } from "hono";
import type { Batch } from "../../../protocol/analytics/batch.ts";
import type { AcceptReply, GameConfig } from "../../../protocol/analytics/buffer.ts";
import type { AppEnv } from "../../app.ts";
import { errorFields, log } from "../../log.ts";
import { ProblemError } from "../../problem.ts";
import { handOver } from "../buffers.ts";
import type { GameKeyFacts } from "../key-text.ts";
import { fingerprintOf, saidOf } from "./first-answer.ts";
import { KnownGames } from "./known-games.ts";
import { withReceipts } from "./revenue.ts";
import { shardOf } from "./shard.ts";
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

/** What this isolate knows of games. */
export const known = new KnownGames();

type Kept = Exclude<AcceptReply, { type: "config" }>;
type Refusal = Extract<Kept, { type: "refused" }>;

const nothingToKeep: Kept = { type: "accepted", duplicates: [] };

/** What is to be done with a batch by some configuration of its game, its receipts looked at. */
export async function understoodBy(
  c: Context<AppEnv>,
  { batch, sender, signedBy }: Sent,
  config: GameConfig,
  received_ms: number,
): Promise<Understood> {
  const understood = understand(batch, config, sender.env, received_ms);
  const trusted = signedBy !== undefined || sender.kind === "secret";
  return await withReceipts(c, understood, trusted);
}

/**
 * Hands the buffer its part of a batch, once both go by the same configuration.
 * @throws ProblemError when nothing of the batch can be kept
 */
export async function buffered(
  c: Context<AppEnv>,
  sent: Sent,
  received_ms: number,
): Promise<{ readonly understood: Understood; readonly reply: Kept }> {
  const { batch, sender } = sent;
  const head = await headOf(sent);
  for (let tries = 0; tries < agreements_max; tries += 1) {
    const config = known.get(sender.gameId);
    const understood =
      config === undefined ? undefined : await understoodBy(c, sent, config, received_ms);
    const rows = understood?.buffered ?? [];
    const passes = understood !== undefined && needsNoBuffer(understood, config, sent);
    // What was dropped is counted there, and what had a key before is known there.
    const isTold =
      sent.idempotencyKey !== undefined || Object.keys(understood?.drops ?? {}).length > 0;
    if (passes && !isTold) return { understood, reply: nothingToKeep };
    const handing = handOver(
      c.var.services.analyticsBuffers,
      { gameId: sender.gameId, env: sender.env, shard: shardOf(batch, sender.env, config) },
      {
        ...head,
        revision: config?.revision ?? 0,
        uuids: rows.map(({ uuid }) => uuid),
        ...(understood === undefined ? {} : { drops: understood.drops }),
        ...(understood === undefined || sent.idempotencyKey === undefined
          ? {}
          : { said: saidOf(understood) }),
      },
      rowsOf(rows),
    );
    // No purchase fails for a buffer that does not answer.
    const reply = passes ? await handing.catch((error) => untold(c, error)) : await handing;
    if (reply.type === "config") known.set(reply.config);
    else if (reply.type === "refused") {
      // Nothing of it is kept: the client hears so by the status. Of a full buffer, a purchase may be.
      const mayBeKept = reply.reason === "full" && (understood?.revenue.length ?? 0) > 0;
      if (!mayBeKept || understood === undefined) throw problemOf(reply);
      return { understood, reply };
    } else if (understood !== undefined) return { understood, reply };
  }
  throw new ProblemError("unavailable", { detail: "the game changes too fast", retryAfter_s: 1 });
}

/** Rows as the buffer takes them. */
export function rowsOf(rows: Understood["buffered"]): string {
  return `[${rows.map(({ json }) => json).join(",")}]`;
}

async function headOf({ batch, sender, signedBy, idempotencyKey }: Sent) {
  return {
    keyId: sender.keyId,
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(idempotencyKey === undefined
      ? {}
      : { idempotencyKey, fingerprint: await fingerprintOf(batch) }),
  };
}

/**
 * Whether nothing of a batch is for the buffer: purchases alone, in a game that is known. The database
 * looks at the key. Unless signatures are asked for, which the database does not know of.
 */
function needsNoBuffer(
  { buffered, revenue }: Understood,
  config: GameConfig | undefined,
  { signedBy }: Sent,
): boolean {
  const isUnsigned = signedBy === undefined && config?.settings.signedOnly === false;
  return buffered.length === 0 && revenue.length > 0 && isUnsigned;
}

function untold(c: Context<AppEnv>, error: unknown): Kept {
  const { LOG_LEVEL } = c.var.services.settings;
  log("warn", "analytics: a buffer was not told of purchases", errorFields(error), LOG_LEVEL);
  return nothingToKeep;
}

/** What a client hears when a buffer takes nothing of its batch. */
export function problemOf({
  reason,
  retryAfter_s = 5,
}: Pick<Refusal, "reason" | "retryAfter_s">): ProblemError {
  switch (reason) {
    case "key":
    case "game":
      return new ProblemError("token_invalid", { detail: "this key is not valid" });
    case "signature":
      return new ProblemError("token_invalid", {
        detail: "the batch must be signed by a secret key that holds",
      });
    case "idempotency":
      return new ProblemError("bad_request", {
        detail: "another batch had this Idempotency-Key",
      });
    case "too_large":
      return new ProblemError("body_too_large", {
        detail: "the events take too many bytes when their numbers are written out: send fewer",
      });
    case "full":
      return new ProblemError("rate_limited", { detail: "the buffer is full", retryAfter_s });
    case "unavailable":
      return new ProblemError("unavailable", { retryAfter_s });
  }
}
