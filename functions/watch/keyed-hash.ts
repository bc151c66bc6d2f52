import type { TokenKey } from "../../platform/tokens/jwt.ts";

/**
 * HMAC-SHA-256 of a text in base64url, cut to a length. The same text and key give the same hash;
 * without the key nobody can make it or turn it back.
 * @param text begins with what the hash is for, so that no two uses ever meet
 * @param length characters, of six bits each; at most 43
 */
export async function keyedHash(key: TokenKey, text: string, length: number): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = bytes.encode(key.secret);
  const imported = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", imported, bytes.encode(text));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(signature)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").slice(0, length);
}
