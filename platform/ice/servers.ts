import { type IceServer, iceServerSchema } from "../../protocol/match/rest-lobby.ts";
import { callLimitDefault_ms } from "../../protocol/match/room-data.ts";

const encoder = new TextEncoder();

/** Life of TURN credentials: the longest call, and time to be put through again at its end. */
export const iceLifetime_ms = callLimitDefault_ms + 15 * 60_000;

/**
 * Credentials for a TURN server that knows the secret, by the scheme that coturn calls
 * `use-auth-secret` (draft-uberti-behave-turn-rest-00): the user name is the moment they end in
 * seconds since 1970, a colon and who uses them; the password is a code of that.
 * @param user who they are for; servers log it, so it should say nothing
 * @returns the password in base64: HMAC-SHA1 of the user name
 */
export async function turnCredentials(
  secret: string,
  user: string,
  expiresAt_ms: number,
): Promise<{ readonly username: string; readonly credential: string }> {
  const username = `${Math.floor(expiresAt_ms / 1000)}:${user}`;
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const code = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(username)));
  return { username, credential: btoa(String.fromCharCode(...code)) };
}

/** Servers as configuration names them. */
export interface IceSettings {
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  readonly turnSecret: string | undefined;
}

/** The servers of configuration, with credentials that end at that moment. */
export async function configuredServers(
  { stunUrls, turnUrls, turnSecret }: IceSettings,
  user: string,
  expiresAt_ms: number,
): Promise<readonly IceServer[]> {
  const stun = stunUrls.length === 0 ? [] : [{ urls: [...stunUrls] }];
  if (turnUrls.length === 0 || turnSecret === undefined) return stun;
  const credentials = await turnCredentials(turnSecret, user, expiresAt_ms);
  return [...stun, { urls: [...turnUrls], ...credentials }];
}

/** A key of Cloudflare's TURN service. */
export interface CloudflareTurnKey {
  readonly id: string;
  readonly token: string;
}

const cloudflareDeadline_ms = 2_000;
const answer_length_max = 16 * 1024;
const servers_max = 8;

/**
 * Servers of Cloudflare's TURN service, with credentials for this long
 * (developers.cloudflare.com/realtime/turn/generate-credentials).
 * @returns undefined when it does not answer within two seconds, or not as it should
 */
export async function cloudflareServers(
  { id, token }: CloudflareTurnKey,
  lifetime_ms: number,
  fetch: typeof globalThis.fetch,
): Promise<readonly IceServer[] | undefined> {
  const path = `https://rtc.live.cloudflare.com/v1/turn/keys/${encodeURIComponent(id)}/credentials/generate-ice-servers`;
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ ttl: Math.ceil(lifetime_ms / 1000) }),
      signal: AbortSignal.timeout(cloudflareDeadline_ms),
    });
    if (!response.ok) return undefined;
    const text = await response.text();
    if (text.length > answer_length_max) return undefined;
    return readable(JSON.parse(text));
  } catch {
    // Whatever it was, the servers of configuration take its place.
    return undefined;
  }
}

/** Browsers refuse port 53, on which Cloudflare also answers, and would wait for it. */
function readable(answer: unknown): readonly IceServer[] | undefined {
  const list = (answer as { readonly iceServers?: unknown } | null)?.iceServers;
  const parsed = iceServerSchema.array().min(1).max(servers_max).safeParse(list);
  if (!parsed.success) return undefined;
  const servers = parsed.data
    .map((server) => ({ ...server, urls: server.urls.filter((url) => !/:53(\?|$)/.test(url)) }))
    .filter(({ urls }) => urls.length > 0);
  return servers.length > 0 ? servers : undefined;
}
