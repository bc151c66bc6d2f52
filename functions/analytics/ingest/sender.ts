import type { Context } from "hono";
import { z } from "zod";
import { findWriteKey } from "../../../db/queries/analytics-key.ts";
import { createRevocableCache } from "../../../platform/identity/revocable-cache.ts";
import type { TokenKey } from "../../../platform/tokens/jwt.ts";
import { gameKeyIdSchema, signatureHeader } from "../../../protocol/analytics/key.ts";
import type { AppEnv } from "../../app.ts";
import { queried } from "../../database.ts";
import { countRequest } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import {
  type GameKeyFacts,
  isSame,
  keyHash,
  keyTextOf,
  readKeyText,
  signatureOf,
  verifyKeyText,
} from "../key-text.ts";

/** How long a key of before the house's secret changed is believed without a look. */
const oldKey_s = 600;
const key_length_max = 120;

/**
 * Whose batch it is, by the key in `Authorization: Bearer`, `X-Api-Key` or, since `sendBeacon` sets
 * no headers, `?key=`. Nothing is asked for it: the key proves itself. Whether it still holds, the
 * buffer knows.
 * @throws ProblemError `token_missing`, `token_invalid`
 */
export async function senderOf(c: Context<AppEnv>): Promise<GameKeyFacts> {
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  const inHeader = bearer ?? c.req.header("X-Api-Key");
  const shown = inHeader ?? c.req.query("key");
  if (shown === undefined || shown === "") throw new ProblemError("token_missing");
  const text = shown.slice(0, key_length_max);
  const facts = (await verifyKeyText(text, signersOf(c))) ?? (await oldKey(c, text));
  // Addresses are written down in many places; a secret does not belong in one.
  if (inHeader === undefined && facts.kind === "secret")
    throw new ProblemError("token_invalid", { detail: "send a secret key in a header" });
  return facts;
}

/**
 * Who signed a batch: the id of a secret key of the same game and place; undefined for nobody.
 * @throws ProblemError `token_invalid` for a signature that is not right
 */
export async function signerOf(
  c: Context<AppEnv>,
  { gameId, env }: GameKeyFacts,
  raw: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  const header = c.req.header(signatureHeader);
  if (header === undefined) return undefined;
  const [id, signature = ""] = header.split(":", 2);
  const keyId = gameKeyIdSchema.safeParse(id);
  if (keyId.success && /^[0-9a-f]{64}$/.test(signature)) {
    for (const signer of signersOf(c)) {
      const facts = { kind: "secret", gameId, env, keyId: keyId.data } as const;
      const expected = await signatureOf(await keyTextOf(facts, signer), raw);
      if (isSame(expected, signature)) return keyId.data;
    }
  }
  throw new ProblemError("token_invalid", { detail: "the signature is not right" });
}

function signersOf(c: Context<AppEnv>): readonly TokenKey[] {
  return c.var.services.settings.ROOM_TOKEN_KEYS.reveal();
}

const copySchema = z.object({ keyId: z.string() });

/**
 * A write key that was made under a secret the house has put away since: it has been shipped with
 * games and cannot be called back, so its hash still opens. Strangers who try keys end up here, too;
 * they are counted, and find nothing.
 */
async function oldKey(c: Context<AppEnv>, text: string): Promise<GameKeyFacts> {
  const facts = readKeyText(text);
  const { db, redis } = c.var.services;
  if (facts?.kind === "write") {
    const hash = await keyHash(text);
    const copies = createRevocableCache(redis, { name: "analytics-key", life_s: oldKey_s });
    const copy = await copies.get(hash);
    if (copy.type === "hit" && copySchema.safeParse(copy.value).data?.keyId === facts.keyId)
      return facts;
    await countRequest(c, "anonymous");
    const row = await queried(() => findWriteKey(db, hash));
    if (row?.id === facts.keyId && row.gameId === facts.gameId && row.env === facts.env) {
      await copies.put(hash, { keyId: row.id });
      return facts;
    }
  } else await countRequest(c, "anonymous");
  throw new ProblemError("token_invalid", { detail: "this key is not valid" });
}
