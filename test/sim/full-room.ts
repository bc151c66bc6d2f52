import type { RoomClaims } from "../../protocol/room.ts";
import {
  chat_length_max,
  chat_max,
  reactionEmojis,
  reactors_max,
} from "../../protocol/watch/chat.ts";
import { participants_max } from "../../protocol/watch/member.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import { queue_max } from "../../protocol/watch/queue.ts";
import type { WatchRoomData } from "../../protocol/watch/room-data.ts";
import type { Source } from "../../protocol/watch/source.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { SimRoom } from "./room.ts";
import { VirtualTime } from "./time.ts";

/** Time enough for any allowance of a member to be full again. */
const pause_ms = 4_000;

/** A room as full as people can make it by what they may send. */
export function fillRoom(): Readonly<Record<string, number>> {
  const time = new VirtualTime(1_700_000_000_000);
  const room = new SimRoom(time, () => 0.5);
  const ids = Array.from({ length: participants_max }, (_, index) => `s${index}`);
  for (const [index, id] of ids.entries())
    room.join({ id, send: () => {}, close: () => {} }, claimsOf(index));
  const tell = (speaker: number, message: WatchUp) =>
    room.receive(`s${speaker % participants_max}`, JSON.stringify(message));
  const rest = () => time.runUntil(time.now_ms + pause_ms);

  for (let item = 0; item < queue_max; item++) {
    if (item % 10 === 0) rest();
    tell(item, { type: "queue_add", source: sourceOf(`/${"v".repeat(800)}${item}`) });
  }
  for (let line = 0; line < chat_max; line++)
    tell(line, { type: "say", text: "é".repeat(chat_length_max), ref: "r".repeat(16) });
  for (let line = 0; line < chat_max; line++)
    for (let reactor = 0; reactor < reactors_max; reactor++) {
      if (reactor === 0) rest();
      const [emoji] = reactionEmojis;
      tell(reactor, { type: "react", emoji, to: line + 1 });
    }
  rest();
  return { room_state_bytes_max: room.held_bytes, worst_case_bytes: room.worst_bytes };
}

function claimsOf(index: number): RoomClaims {
  const data: WatchRoomData = {
    title: "T".repeat(80),
    media: sourceOf(`/${"m".repeat(800)}`),
    maxParticipants: participants_max,
    permissions: defaultPermissions,
    gate: false,
    public: false,
    hasPassword: false,
    session: `session-${index}`.padEnd(64, "s"),
  };
  return {
    party: "watch",
    room: "full-room",
    member: `m${index}`.padEnd(32, "x"),
    name: `N${index}`.padEnd(40, "n"),
    role: index === 0 ? "host" : "viewer",
    data,
  };
}

function sourceOf(url: string): Source {
  const subtitles = ["en", "de", "fr"].map((lang) => ({
    url: `/${lang.repeat(80)}.vtt`,
    lang,
    label: "L".repeat(40),
  }));
  return { kind: "file", url, format: "mp4", title: "t".repeat(120), subtitles };
}
