import { tokenKeysSchema } from "../../../platform/tokens/keys.ts";
import { signRoomToken } from "../../../platform/tokens/room.ts";
import type { CallsOpened, OpenCalls } from "./types.ts";

/**
 * Signs the tokens of both seats of some calls. A seat's token lives as long as the call may last,
 * so that a page that lost its line comes back without asking anybody.
 * @param setting `ROOM_TOKEN_KEYS`, as the host's environment has it
 */
export async function openCalls(
  { calls }: OpenCalls,
  setting: unknown,
  now_ms: number,
): Promise<CallsOpened> {
  const keys = tokenKeysSchema.safeParse(setting);
  const opened = calls.map(async ({ callId, seats, lifetime_ms }) => {
    if (!keys.success) return { callId, tokens: null };
    const lifetime = { now_ms, lifetime_ms };
    const [first, second] = await Promise.all([
      signRoomToken(seats[0], keys.data, lifetime),
      signRoomToken(seats[1], keys.data, lifetime),
    ]);
    return { callId, tokens: [first, second] as const };
  });
  return { type: "callsOpened", calls: await Promise.all(opened) };
}
