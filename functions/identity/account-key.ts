/** What an address is counted under, so that Redis does not hold the address itself. */
export async function accountKey(email: string): Promise<string> {
  const bytes = new TextEncoder().encode(email);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
