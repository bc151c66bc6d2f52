import {
  cloudflareServers,
  configuredServers,
  iceLifetime_ms,
} from "../../platform/ice/servers.ts";
import type { Ice } from "../../protocol/match/rest-lobby.ts";
import type { Services } from "../services.ts";

/**
 * The servers that one side of a call may use, with credentials of its own: Cloudflare's where a key
 * is configured and the service answers, and otherwise those of configuration.
 * @param user stands in the credentials, and so in logs of TURN servers
 */
export async function iceServersFor(
  { settings, now_ms }: Pick<Services, "settings" | "now_ms">,
  user: string,
): Promise<Ice> {
  const expiresAt_ms = now_ms() + iceLifetime_ms;
  const { MATCH_CF_TURN_KEY_ID: id, MATCH_CF_TURN_TOKEN: token } = settings;
  const cloudflare =
    id === undefined || token === undefined
      ? undefined
      : await cloudflareServers({ id, token: token.reveal() }, iceLifetime_ms, fetch);
  const configured = {
    stunUrls: settings.MATCH_STUN_URLS,
    turnUrls: settings.MATCH_TURN_URLS,
    turnSecret: settings.MATCH_TURN_SECRET?.reveal(),
  };
  const servers = cloudflare ?? (await configuredServers(configured, user, expiresAt_ms));
  return { iceServers: [...servers], expiresAt_ms };
}
