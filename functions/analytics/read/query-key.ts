/** A short name for a query of any size, for a cache's key: SHA-256 in hex, of its JSON. */
export async function queryKey(query: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(query));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
