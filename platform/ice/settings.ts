import { z } from "zod";
import { commaListSchema } from "../settings/comma-list.ts";
import type { IceSettings } from "./servers.ts";

/** Where browsers learn their own address from, unless set otherwise. */
const stunDefault = "stun:stun.cloudflare.com:3478";

/** A comma list of addresses of one kind. */
function urlList(form: RegExp) {
  return commaListSchema.refine((list) => list.length <= 8 && list.every((url) => form.test(url)), {
    message: `must be up to eight addresses that fit ${form.source}`,
  });
}

/** `MATCH_STUN_URLS` */
export const stunUrlsSchema = urlList(/^stuns?:[^\s]+$/).prefault(stunDefault);
/** `MATCH_TURN_URLS`: relays for calls that find no other way. */
export const turnUrlsSchema = urlList(/^turns?:[^\s]+$/).prefault("");

const bindingsSchema = z.object({
  MATCH_STUN_URLS: stunUrlsSchema,
  MATCH_TURN_URLS: turnUrlsSchema,
  MATCH_TURN_SECRET: z.string().min(1).optional(),
  /** Its servers are asked for over the network, one call at a time: not from a lobby. */
  MATCH_CF_TURN_KEY_ID: z.undefined().optional(),
});

/**
 * The servers that need nobody to be asked, as a host's environment names them; undefined where
 * others come first, or where the environment does not say it well.
 */
export function iceSettingsOf(bindings: unknown): IceSettings | undefined {
  const { data } = bindingsSchema.safeParse(bindings);
  return (
    data && {
      stunUrls: data.MATCH_STUN_URLS,
      turnUrls: data.MATCH_TURN_URLS,
      turnSecret: data.MATCH_TURN_SECRET,
    }
  );
}
