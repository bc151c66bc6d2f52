/** Whose requests are counted together when an address cannot be had. */
const nobody = "unknown";

/**
 * The address a request came from, as a key for counting.
 *
 * `CF-Connecting-IP` is set by Cloudflare's edge on every request, over whatever a client sent under
 * that name, and a Worker can be reached through that edge alone: so it cannot be spoofed.
 * `X-Forwarded-For` is never read, since a client may write anything into it. Locally there is no
 * edge; the local runtime puts the socket's address there unless the caller sets the header, which
 * tests use to be several callers.
 *
 * An IPv6 caller usually has a whole /64 to pick addresses from, so a /64 is one caller.
 */
export function clientKey(headers: Headers): string {
  const address = headers.get("CF-Connecting-IP")?.trim() ?? "";
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return address;
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  return mapped ?? prefix64(address) ?? nobody;
}

/** The first four groups of an IPv6 address, each without leading zeros; undefined if it is none. */
function prefix64(address: string): string | undefined {
  if (address.length > 45 || !/^[0-9a-f:]+$/i.test(address)) return undefined;
  const [head = "", tail, ...rest] = address.split("::");
  if (rest.length > 0) return undefined;
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...front, ...Array<string>(missing).fill("0"), ...back];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(":")}::/64`;
}
