import { sha256Hex } from "../digest.ts";

/** What an address is counted under, so that Redis does not hold the address itself. */
export async function accountKey(email: string): Promise<string> {
  return (await sha256Hex(email)).slice(0, 32);
}
