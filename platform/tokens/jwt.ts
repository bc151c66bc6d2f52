import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { ProblemCode } from "../../protocol/problem.ts";

/** A signing key. The id stands in a token's header, so that a verifier knows which key to try. */
export interface TokenKey {
  readonly id: string;
  readonly secret: string;
}

export type TokenProblemCode = Extract<
  ProblemCode,
  "token_missing" | "token_invalid" | "token_expired"
>;
export type TokenProblem = { readonly ok: false; readonly code: TokenProblemCode };

/** How long a token lives and from when. Lives end on whole seconds, as JWTs have it. */
export interface Lifetime {
  readonly now_ms: number;
  readonly lifetime_ms: number;
}

const algorithm = "HS256";
/** A token longer than this was not made here; checking its signature would be work for nothing. */
const token_length_max = 8_192;

/** Keys as the runtime wants them. No promise is kept: one request must not wait for another's. */
const imported = new WeakMap<TokenKey, CryptoKey>();

async function importedKey(key: TokenKey): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const secret = new TextEncoder().encode(key.secret);
  const made = await crypto.subtle.importKey("raw", secret, hmac, false, ["sign", "verify"]);
  imported.set(key, made);
  return made;
}

/** The moment a token with this lifetime stops being valid, in milliseconds since 1970. */
export function tokenExpiry_ms({ now_ms, lifetime_ms }: Lifetime): number {
  return Math.floor((now_ms + lifetime_ms) / 1000) * 1000;
}

/**
 * Signs claims for one audience with the first key.
 * @throws RangeError when there is no key
 */
export async function signToken(
  payload: JWTPayload,
  audience: string,
  keys: readonly TokenKey[],
  lifetime: Lifetime,
): Promise<string> {
  const [key] = keys;
  if (key === undefined) throw new RangeError("no key to sign with");
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: algorithm, typ: "JWT", kid: key.id })
    .setAudience(audience)
    .setIssuedAt(Math.floor(lifetime.now_ms / 1000))
    .setExpirationTime(tokenExpiry_ms(lifetime) / 1000)
    .sign(await importedKey(key));
}

/**
 * Checks signature, algorithm, audience and expiry, in constant time for the signature.
 * The algorithm is pinned, so that neither `none` nor another family can be smuggled in.
 */
export async function verifyToken(
  token: string | null | undefined,
  audience: string,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<{ readonly ok: true; readonly payload: JWTPayload } | TokenProblem> {
  if (!token) return { ok: false, code: "token_missing" };
  if (token.length > token_length_max) return { ok: false, code: "token_invalid" };
  try {
    const { payload } = await jwtVerify(token, async (header) => await keyOf(keys, header.kid), {
      algorithms: [algorithm],
      audience,
      currentDate: new Date(now_ms),
      requiredClaims: ["exp", "iat"],
    });
    // A list of audiences would make one token open several rooms; none is ever signed.
    if (payload.aud !== audience) return { ok: false, code: "token_invalid" };
    return { ok: true, payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, code: "token_expired" };
    if (error instanceof errors.JOSEError) return { ok: false, code: "token_invalid" };
    throw error;
  }
}

function keyOf(keys: readonly TokenKey[], id: string | undefined): Promise<CryptoKey> {
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return importedKey(key);
}
