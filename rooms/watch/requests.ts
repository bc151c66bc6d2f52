import { mayDo } from "../../protocol/watch/permissions.ts";
import type { RoomMember, WatchRequest } from "../../protocol/watch/request.ts";
import { withdraw } from "./announce.ts";
import { end } from "./life.ts";
import { presentOf } from "./members.ts";
import { durationNow_ms, positionNow_ms } from "./playback.ts";
import { roleOf } from "./roles.ts";
import { setOptions } from "./settings.ts";
import { statsReply } from "./stats.ts";
import type { Turn } from "./turn.ts";
import type { KeptState, WatchTypes } from "./types.ts";

/** Answers a function, exactly once. */
export function request(turn: Turn, asked: WatchRequest): void {
  turn.effects.push({ type: "reply", reply: replyTo(turn, asked) });
}

function replyTo(turn: Turn, asked: WatchRequest): WatchTypes["reply"] {
  const { kept, now_ms } = turn;
  switch (asked.type) {
    case "ping":
      return { ok: true };
    case "state":
      return {
        position_ms: positionNow_ms(kept, now_ms),
        playing: kept.anchor.playing && positionNow_ms(kept, now_ms) < durationNow_ms(kept),
        members: presentOf(kept).length,
        server_ms: now_ms,
      };
    case "stats":
      return statsReply(turn.state, now_ms);
    case "member":
      return memberReply(kept, asked.memberId);
    case "update":
      return update(turn, asked);
    case "end":
      end(turn);
      return { ok: true };
  }
}

function memberReply(kept: KeptState, memberId: string): RoomMember {
  const member = kept.members.get(memberId);
  const known =
    member !== undefined ||
    kept.roles.host === memberId ||
    Object.hasOwn(kept.roles.given, memberId);
  const role = known ? roleOf(kept, member ?? { id: memberId, tokenRole: "viewer" }) : null;
  const table = kept.options?.permissions;
  return {
    role,
    present: member !== undefined,
    banned: kept.bans.has(memberId),
    mayInvite: role !== null && table !== undefined && mayDo(role, "invite", table),
    locked: kept.options?.locked ?? false,
  };
}

function update(
  turn: Turn,
  asked: Extract<WatchRequest, { type: "update" }>,
): { readonly ok: true } {
  const { type: _, ...change } = asked;
  const listed = turn.kept.options?.public === true;
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  setOptions(turn, Object.fromEntries(said));
  if (listed && turn.kept.options?.public === false) withdraw(turn);
  return { ok: true };
}
