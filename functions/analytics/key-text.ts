import { base64url } from "jose";
import type { TokenKey } from "../../platform/tokens/jwt.ts";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import { type GameKeyKind, gameKeyPrefixes } from "../../protocol/analytics/key.ts";
import { hexOf } from "../digest.ts";

/** What a key's text says, and what the house's own secret vouches for. */
export interface GameKeyFacts {
  readonly kind: GameKeyKind;
  readonly gameId: string;
  readonly keyId: string;
  readonly env: AnalyticsEnv;
}

/** Letters behind the facts: 132 bits for a key that is shipped anyway, 258 for one that signs. */
const proof_length = { write: 22, secret: 43 } as const;
/** How much of a key is kept to recognise it by. */
const shown = 5 + 16 + 4;

const pattern = /^(offw_|offs_)([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{12})([ls])([A-Za-z0-9_-]{22,43})$/;

const encoder = new TextEncoder();

/**
 * A key is made of what it is for and of a proof of that, so a stranger's is refused before anything
 * is asked, and a secret one can check signatures though it is kept nowhere. Whether a key still
 * holds, the game's configuration says.
 * @param signer the house's own secret
 */
export async function keyTextOf(facts: GameKeyFacts, signer: TokenKey): Promise<string> {
  const { kind, gameId, keyId, env } = facts;
  const proof = await proofOf(facts, signer);
  return `${gameKeyPrefixes[kind]}${gameId}${keyId}${env === "live" ? "l" : "s"}${proof}`;
}

/** How a key begins. */
export function keyStart(text: string): string {
  return text.slice(0, shown);
}

/** SHA-256 of a key, in hex. */
export async function keyHash(text: string): Promise<string> {
  return hexOf(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** What a key says of itself, without looking at its proof; undefined if it is none. */
export function readKeyText(text: string): GameKeyFacts | undefined {
  const [, prefix, gameId, keyId, env] = pattern.exec(text) ?? [];
  if (gameId === undefined || keyId === undefined) return undefined;
  const kind = prefix === gameKeyPrefixes.write ? "write" : "secret";
  return { kind, gameId, keyId, env: env === "l" ? "live" : "sandbox" };
}

/** What a key says of itself, if one of the house's secrets vouches for it. */
export async function verifyKeyText(
  text: string,
  signers: readonly TokenKey[],
): Promise<GameKeyFacts | undefined> {
  const facts = readKeyText(text);
  if (facts === undefined) return undefined;
  for (const signer of signers)
    if (isSame(text.slice(5 + 16 + 12 + 1), await proofOf(facts, signer))) return facts;
  return undefined;
}

/** HMAC-SHA256 of some bytes with a key's text, in hex: what a signature header carries. */
export async function signatureOf(keyText: string, bytes: Uint8Array): Promise<string> {
  return hexOf(await hmac(keyText, bytes));
}

/** Compares two texts in a time that depends on their lengths alone. */
export function isSame(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}

async function proofOf(facts: GameKeyFacts, signer: TokenKey): Promise<string> {
  const { kind, gameId, keyId, env } = facts;
  // The colons keep this apart from tokens, which the same secret signs.
  const claim = `analytics-key:${kind}:${gameId}:${env}:${keyId}`;
  const proof = await hmac(signer.secret, encoder.encode(claim));
  return base64url.encode(new Uint8Array(proof)).slice(0, proof_length[kind]);
}

async function hmac(secret: string, bytes: Uint8Array): Promise<ArrayBuffer> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  return await crypto.subtle.sign("HMAC", key, new Uint8Array(bytes));
}
