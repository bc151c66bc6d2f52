const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * An id nobody can guess: characters of the URL-safe base64 alphabet, six random bits in each.
 * @param length 16 characters are 96 bits
 */
export function randomId(length = 16): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet.charAt(byte & 63)).join("");
}
