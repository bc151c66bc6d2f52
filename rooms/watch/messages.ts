import type { WatchUp } from "../../protocol/watch/up.ts";
import type { Peer } from "../room.ts";
import * as chat from "./chat.ts";
import { command } from "./commands.ts";
import { withinPace } from "./flood.ts";
import { ready } from "./gate.ts";
import { sayBye } from "./members.ts";
import * as moderation from "./moderation.ts";
import * as queue from "./queue.ts";
import { roleOf } from "./roles.ts";
import { lock, setGateAndSeats, setPermissions } from "./settings.ts";
import { countMessage, fold, setRtt } from "./stats.ts";
import type { Speaker, Turn } from "./turn.ts";

/** Hears one message. A socket that was refused, or said goodbye, is not heard. */
export function hear(turn: Turn, peer: Peer, message: WatchUp): void {
  const { kept } = turn;
  const member = kept.members.get(peer.claims.member);
  if (member === undefined || kept.sockets.get(peer.connectionId) !== member.id) return;
  const speaker: Speaker = { peer, member, role: roleOf(kept, member) };
  countMessage(turn);
  if (message.report !== undefined) fold(turn, speaker, message.report);
  if (withinPace(turn, speaker, message.type)) obey(turn, speaker, message);
}

function obey(turn: Turn, speaker: Speaker, message: WatchUp): void {
  switch (message.type) {
    case "hello":
      setRtt(turn, speaker.member.id, message.rtt_ms);
      return;
    case "clock":
      probe(turn, speaker, message.client_ms);
      return;
    case "bye":
      sayBye(turn, speaker.peer);
      return;
    case "play":
    case "pause":
    case "seek":
    case "rate":
      command(turn, speaker, message);
      return;
    case "ready":
      ready(turn, speaker, message.seq);
      return;
    case "queue_add":
      queue.add(turn, speaker, message.source);
      return;
    case "queue_remove":
      queue.remove(turn, speaker, message.itemId);
      return;
    case "queue_move":
      queue.move(turn, speaker, message);
      return;
    case "queue_vote":
      queue.vote(turn, speaker, message);
      return;
    case "skip":
      queue.skip(turn, speaker, message);
      return;
    case "next":
      queue.next(turn, speaker, message);
      return;
    case "ended":
      queue.ended(turn, speaker, message.itemId);
      return;
    case "history_clear":
      queue.clearHistory(turn, speaker);
      return;
    case "say":
      chat.say(turn, speaker, message);
      return;
    case "react":
      chat.react(turn, speaker, message);
      return;
    case "typing":
      chat.typing(turn, speaker);
      return;
    case "delete":
      chat.deleteMessage(turn, speaker, message.messageId);
      return;
    case "kick":
      moderation.kick(turn, speaker, message.memberId);
      return;
    case "ban":
      moderation.ban(turn, speaker, message.memberId);
      return;
    case "unban":
      moderation.unban(turn, speaker, message.memberId);
      return;
    case "lock":
      lock(turn, speaker, message.locked);
      return;
    case "set_role":
      moderation.setRole(turn, speaker, message);
      return;
    case "hand_over":
      moderation.handOver(turn, speaker, message.memberId);
      return;
    case "set_permissions":
      setPermissions(turn, speaker, message);
      return;
    case "set_options":
      setGateAndSeats(turn, speaker, message);
      return;
  }
}

/** Answers a clock probe to its sender alone, with what it sent and the server's time. */
function probe(turn: Turn, { peer }: Speaker, client_ms: number): void {
  turn.send(peer.connectionId, { type: "clock", client_ms, server_ms: turn.now_ms });
}
