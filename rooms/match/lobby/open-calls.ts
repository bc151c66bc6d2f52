import { configuredServers, iceLifetime_ms } from "../../../platform/ice/servers.ts";
import { iceSettingsOf } from "../../../platform/ice/settings.ts";
import { tokenKeysSchema } from "../../../platform/tokens/keys.ts";
import { signRoomToken } from "../../../platform/tokens/room.ts";
import type { Ice } from "../../../protocol/match/rest-lobby.ts";
import type { CallsOpened, OpenCalls } from "./types.ts";

/**
 * Signs the tokens of both seats of some calls. A seat's token lives as long as the call may last,
 * so that a page that lost its line comes back without asking anybody. Beside it are the servers that
 * the seat's browser may use, if those of configuration are the ones to use.
 * @param bindings the host's environment, with `ROOM_TOKEN_KEYS`
 */
export async function openCalls(
  { calls }: OpenCalls,
  bindings: Readonly<Record<string, unknown>>,
  now_ms: number,
): Promise<CallsOpened> {
  const keys = tokenKeysSchema.safeParse(bindings.ROOM_TOKEN_KEYS);
  const opened = calls.map(async ({ callId, seats, lifetime_ms }) => {
    if (!keys.success) return { callId, tokens: null };
    const lifetime = { now_ms, lifetime_ms };
    const [first, second, ...ice] = await Promise.all([
      signRoomToken(seats[0], keys.data, lifetime),
      signRoomToken(seats[1], keys.data, lifetime),
      iceFor(bindings, now_ms),
      iceFor(bindings, now_ms),
    ]);
    return { callId, tokens: [first, second] as const, ice };
  });
  return { type: "callsOpened", calls: await Promise.all(opened) };
}

/** The servers for one seat of a call, with credentials of its own. */
async function iceFor(bindings: unknown, now_ms: number): Promise<Ice | undefined> {
  const settings = iceSettingsOf(bindings);
  if (settings === undefined) return undefined;
  const expiresAt_ms = now_ms + iceLifetime_ms;
  // Servers log the name: a random one tells neither of two calls that they are the same person's.
  const iceServers = await configuredServers(settings, crypto.randomUUID(), expiresAt_ms);
  return { iceServers: [...iceServers], expiresAt_ms };
}
