import type { RoomOptions } from "../../protocol/watch/options.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { keys } from "./keys.ts";
import { atLeast } from "./roles.ts";
import type { Speaker, Turn } from "./turn.ts";

type Up<Type extends WatchUp["type"]> = Extract<WatchUp, { type: Type }>;

/** Changes what the host can set, stores it and tells everybody; nothing when it is so already. */
export function setOptions(turn: Turn, change: Partial<RoomOptions>): void {
  const { options: before } = turn.kept;
  if (before === null) return;
  const options: RoomOptions = { ...before, ...change };
  if (JSON.stringify(options) === JSON.stringify(before)) return;
  turn.keep({ options }, { [keys.options]: options });
  turn.tellSoon({ type: "options", options });
}

export function lock(turn: Turn, speaker: Speaker, locked: boolean): void {
  if (atLeast(turn, speaker, "cohost", "lock")) setOptions(turn, { locked });
}

export function setPermissions(turn: Turn, speaker: Speaker, message: Up<"set_permissions">): void {
  if (!atLeast(turn, speaker, "host", message.type)) return;
  setOptions(turn, { permissions: message.permissions });
}

export function setGateAndSeats(turn: Turn, speaker: Speaker, message: Up<"set_options">): void {
  if (!atLeast(turn, speaker, "host", message.type)) return;
  const { gate, maxParticipants } = message;
  setOptions(turn, {
    ...(gate === undefined ? {} : { gate }),
    ...(maxParticipants === undefined ? {} : { maxParticipants }),
  });
}
