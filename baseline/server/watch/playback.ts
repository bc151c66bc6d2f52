import { type Anchor, position_ms_max, positionAt_ms } from "../../../protocol/watch/anchor.ts";
import { durationOf_ms } from "../../../protocol/watch/source-facts.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import type { RoomState } from "./room-store.ts";

export type Command = Extract<WatchUp, { type: "play" | "pause" | "seek" | "rate" }>;

/** Where the video stands, within its length. */
export function positionNow_ms({ anchor, source }: RoomState, now_ms: number): number {
  return positionAt_ms(anchor, now_ms, durationOf_ms(source) ?? position_ms_max);
}

/** The anchor after a command. It holds from now on: nobody's line is waited for. */
export function commanded(room: RoomState, command: Command, now_ms: number): Anchor {
  const { anchor, source } = room;
  const asked_ms = "position_ms" in command ? command.position_ms : undefined;
  const position_ms = Math.min(
    asked_ms ?? positionNow_ms(room, now_ms),
    durationOf_ms(source) ?? position_ms_max,
  );
  const playing =
    command.type === "play" ? true : command.type === "pause" ? false : anchor.playing;
  const rate = command.type === "rate" ? command.rate : anchor.rate;
  return { ...anchor, position_ms, anchorServer_ms: now_ms, playing, rate, seq: anchor.seq + 1 };
}
