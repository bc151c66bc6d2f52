import { memberTag, tag_length } from "../../../protocol/match/member-tag.ts";
import { blocks_max } from "../../../protocol/match/rest-calls.ts";
import {
  callAfterlife_ms,
  callLimitDefault_ms,
  recentPartners_max,
} from "../../../protocol/match/room-data.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, Memo, Pair, Person } from "./types.ts";

export const memoKey = (member: string) => `memo/${member}`;

/** Members that are remembered besides those who are here. */
export const memosAbsent_max = 2_048;
/** By then every token in use is newer than what the memo says, and says it itself. */
const tokenLife_ms = 2 * 60_000;
/** By then a call is over, unless somebody has set a longer limit. */
const callLife_ms = callLimitDefault_ms + callAfterlife_ms;

const nothing: Memo = {
  blocks: "",
  partners: "",
  missed: "",
  status: "online",
  callId: null,
  removedUntil_ms: 0,
  at_ms: 0,
};

export function memoOf(state: LobbyState, member: string): Memo {
  return state.memos.get(member) ?? nothing;
}

/** Changes what is remembered of a member; somebody long gone makes place. */
export function remember(turn: Turn, member: string, change: Partial<Memo>): void {
  const { memos } = turn.state;
  const memo = { ...memoOf(turn.state, member), ...change, at_ms: turn.now_ms };
  // The map keeps the order of change, so that the longest unchanged stands first.
  memos.delete(member);
  memos.set(member, memo);
  keepMemo(turn, member);
  forgetSome(turn);
}

/** Stores what is remembered of a member. What the lobby has counted rides along, for no row more. */
export function keepMemo(turn: Turn, member: string): void {
  const { memos, stats } = turn.state;
  turn.store(memoKey(member), { ...memos.get(member), stats });
}

/**
 * Forgets who is not here, from the longest unchanged on: at leisure those whose next token says it
 * all, and beyond the limit anybody.
 */
function forgetSome(turn: Turn): void {
  const { memos, people } = turn.state;
  let looked = 0;
  for (const [member, memo] of memos) {
    const over = memos.size > people.size + memosAbsent_max;
    const old = turn.now_ms - memo.at_ms > (isCalling(memo) ? callLife_ms : tokenLife_ms);
    looked += 1;
    if (!over && looked > forgotten_max) return;
    if (!over && !old && isCalling(memo)) continue;
    if (!over && !old) return;
    if (people.has(member) || turn.state.tickets.has(member)) continue;
    memos.delete(member);
    turn.store(memoKey(member), null);
    if (turn.isFull) return;
  }
}

/** Whoever was last led to a call and has not said that it is over: a ban must find that call. */
const isCalling = ({ callId, status }: Memo) => callId !== null && status === "in_call";

/** Looked at for forgetting at one change. */
const forgotten_max = 16;

/** The list with a tag put first, without its repetition, of the length given at most. */
export function withTag(packed: string, tag: string, tags_max: number): string {
  return (tag + withoutTag(packed, tag)).slice(0, tags_max * tag_length);
}

export function withoutTag(packed: string, tag: string): string {
  let rest = "";
  for (let at = 0; at < packed.length; at += tag_length) {
    const one = packed.slice(at, at + tag_length);
    if (one !== tag) rest += one;
  }
  return rest;
}

export function hasTag(packed: string, tag: string): boolean {
  let at = packed.indexOf(tag);
  while (at >= 0 && at % tag_length !== 0) at = packed.indexOf(tag, at + 1);
  return at >= 0;
}

/** The partners of a person's last calls, packed, the latest first. */
export function lastPartners(person: Person, memo: Memo): string {
  let all = memo.partners;
  for (let at = 0; at < person.recent.length; at += tag_length) {
    const tag = person.recent.slice(at, at + tag_length);
    if (!hasTag(all, tag)) all += tag;
  }
  return all.slice(0, recentPartners_max * tag_length);
}

/** Whether two may meet at all; what they wish for is another question. */
export function mayMeet(state: LobbyState, one: Person, other: Person): boolean {
  return one.member !== other.member && !shuns(state, one, other) && !shuns(state, other, one);
}

function shuns(state: LobbyState, one: Person, { tag }: Person): boolean {
  const memo = memoOf(state, one.member);
  return (
    hasTag(one.blocks, tag) ||
    hasTag(memo.blocks, tag) ||
    hasTag(memo.missed, tag) ||
    hasTag(lastPartners(one, memo), tag)
  );
}

/**
 * Two have had a call, or have missed each other after they had been told: neither meets the other
 * again before they have met, or missed, ten more. The lists are apart, so that partners who do not
 * come cannot make one forget those who did.
 */
export function rememberPair(
  turn: Turn,
  list: "partners" | "missed",
  { callId, members: [one, other] }: Pair,
): void {
  for (const [member, partner] of [
    [one, other],
    [other, one],
  ] as const) {
    const packed = memoOf(turn.state, member)[list];
    remember(turn, member, {
      [list]: withTag(packed, memberTag(partner), recentPartners_max),
      // Of two who missed each other one may have been in the room already.
      callId,
    });
  }
}

/** `by` has blocked `member`, as Postgres knows already. */
export function rememberBlock(turn: Turn, by: string, member: string): void {
  const { blocks } = memoOf(turn.state, by);
  remember(turn, by, { blocks: withTag(blocks, memberTag(member), blocks_max) });
}

export function forgetBlock(turn: Turn, by: string, member: string): void {
  const { blocks } = memoOf(turn.state, by);
  const tag = memberTag(member);
  if (hasTag(blocks, tag)) remember(turn, by, { blocks: withoutTag(blocks, tag) });
}
