import { type ChatLine, callChat_max } from "../../../protocol/match/call-down.ts";
import { bothSeats, type Turn } from "./turn.ts";
import type { Seat } from "./types.ts";

/** Lines share so many keys in turn. */
export const chatKey = (id: number) => `chat/${id % callChat_max}`;

/** A line of chat: kept, then told to both. The same one sent again is answered, not repeated. */
export function say(turn: Turn, seat: Seat, { key, text }: { key: string; text: string }): void {
  const { call, chat } = turn.state;
  const from = call?.members[seat];
  if (from === undefined) return;
  const known = chat.find((line) => line.key === key && line.from === from);
  if (known !== undefined) {
    turn.send(seat, { type: "chat", line: known });
    return;
  }
  const line: ChatLine = { id: (chat.at(-1)?.id ?? 0) + 1, from, key, text, at_ms: turn.now_ms };
  turn.set({ chat: [...chat, line].slice(-callChat_max) });
  turn.store(chatKey(line.id), line);
  for (const to of bothSeats) turn.send(to, { type: "chat", line });
}
