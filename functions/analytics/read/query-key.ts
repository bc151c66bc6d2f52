import { sha256Hex } from "../../digest.ts";

/** A short name for a query of any size, for a cache's key: SHA-256 in hex, of its JSON. */
export function queryKey(query: unknown): Promise<string> {
  return sha256Hex(JSON.stringify(query));
}
