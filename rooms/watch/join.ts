import type { ProblemCode } from "../../protocol/problem.ts";
import { closeCodes, type RoomClaims } from "../../protocol/room.ts";
import { watchMemberSchema } from "../../protocol/watch/member.ts";
import { isAtLeast, type WatchRole } from "../../protocol/watch/permissions.ts";
import {
  type WatchRoomData,
  watchResumeDataSchema,
  watchRoomDataSchema,
} from "../../protocol/watch/room-data.ts";
import type { Peer } from "../room.ts";
import { chatCursor, chatSince, reactionsBy } from "./chat.ts";
import { firstAnchor, firstItemId } from "./empty.ts";
import { viewOf } from "./items.ts";
import { keys } from "./keys.ts";
import { grace_ms, rtt_ms_floor } from "./limits.ts";
import { membersOf, noticeLost, passHost, putMember } from "./members.ts";
import { bansView, isBanned, maySeeBans } from "./moderation.ts";
import { roleOf, setRoles } from "./roles.ts";
import { countPeak, newStats } from "./stats.ts";
import type { Turn } from "./turn.ts";
import type { Item, Member } from "./types.ts";

/** Whoever a token names, once it is seen to fit a watch room. */
interface Visitor {
  readonly id: string;
  readonly name: string;
  readonly tokenRole: WatchRole;
  readonly session: string;
  /** What the room is made of, at its first join; null for a resume token. */
  readonly data: WatchRoomData | null;
}

interface Refusal {
  readonly code: ProblemCode;
  readonly closeCode: number;
  readonly message: string;
  readonly retryAfter_ms?: number;
}

/** Lets a socket in and welcomes it with all there is to know, in one frame, or refuses it. */
export function join(turn: Turn, { connectionId, claims }: Peer): void {
  const visitor = visitorOf(claims);
  const refusal = visitor === undefined ? refusals.token : refusalOf(turn, visitor);
  if (visitor === undefined || refusal !== undefined) {
    turnAway(turn, connectionId, refusal ?? refusals.token);
    return;
  }
  if (turn.kept.options === null && visitor.data !== null) open(turn, visitor.data);
  // Before the newcomer sits down: a member who is back must be seen to have been away.
  if (turn.fleeting.woken) noticeLost(turn);
  const known = turn.kept.members.get(visitor.id);
  seat(turn, connectionId, visitor, known);
  takeRole(turn, visitor);
  passHost(turn);
  countPeak(turn);
  const missed = chatSince(turn.kept, claims.since);
  welcome(turn, connectionId, visitor.id, known !== undefined && missed.complete, missed.messages);
}

function visitorOf(claims: RoomClaims): Visitor | undefined {
  const member = watchMemberSchema.safeParse({
    id: claims.member,
    name: claims.name,
    role: claims.role,
  });
  const data = claims.resumed ? null : watchRoomDataSchema.safeParse(claims.data);
  const mark = watchResumeDataSchema.safeParse(claims.data);
  if (!member.success || !mark.success || data?.success === false) return undefined;
  const { id, name, role } = member.data;
  return { id, name, tokenRole: role, session: mark.data.session, data: data?.data ?? null };
}

const refusals = {
  token: {
    code: "token_invalid",
    closeCode: closeCodes.tokenInvalid,
    message: "This token does not fit a watch room. Join the room again.",
  },
  gone: {
    code: "room_not_found",
    closeCode: closeCodes.roomNotFound,
    message: "This room is over. Make a new one.",
  },
  banned: {
    code: "room_banned",
    closeCode: closeCodes.banned,
    message: "You were put out of this room for good.",
  },
  locked: {
    code: "room_locked",
    closeCode: closeCodes.roomLocked,
    message: "This room is locked. Ask its host to open it.",
  },
  full: {
    code: "room_full",
    closeCode: closeCodes.roomFull,
    message: "The room is full.",
    retryAfter_ms: grace_ms,
  },
} as const satisfies Record<string, Refusal>;

function refusalOf({ kept }: Turn, visitor: Visitor): Refusal | undefined {
  const { id, session, tokenRole, data } = visitor;
  if (kept.expiring !== null || (kept.options === null && data === null)) return refusals.gone;
  if (kept.options === null) return undefined;
  if (isBanned(kept, id, session)) return refusals.banned;
  // Whose place is kept takes nobody else's.
  if (kept.members.has(id)) return undefined;
  if (kept.options.locked && !isAtLeast(roleOf(kept, { id, tokenRole }), "cohost"))
    return refusals.locked;
  return kept.members.size >= kept.options.maxParticipants ? refusals.full : undefined;
}

function turnAway(turn: Turn, connectionId: string, refusal: Refusal): void {
  const { code, closeCode, message, retryAfter_ms } = refusal;
  const retry = retryAfter_ms === undefined ? {} : { retryAfter_ms };
  turn.send(connectionId, { type: "error", code, message, ...retry });
  turn.close(connectionId, closeCode, code);
  turn.count(`watch_${code}`);
}

/** The room comes into being as its first token says. */
function open(turn: Turn, data: WatchRoomData): void {
  const { title, media, maxParticipants, permissions, gate, public: listed, hasPassword } = data;
  const options = {
    title,
    maxParticipants,
    permissions,
    gate,
    public: listed,
    hasPassword,
    locked: false,
  };
  const item: Item = {
    id: firstItemId,
    source: media,
    place: "current",
    order: 0,
    addedBy: null,
    addedByName: "",
    voters: [],
  };
  const opened = { options, items: new Map([[item.id, item]]), anchor: firstAnchor(item.id) };
  turn.keep(opened, { [keys.options]: options, [keys.item(item.id)]: item });
  turn.note({ stats: newStats(turn.now_ms) });
  turn.count("watch_opened");
}

function seat(turn: Turn, connectionId: string, visitor: Visitor, known: Member | undefined): void {
  const { id, name, tokenRole, session } = visitor;
  turn.keep({ sockets: new Map(turn.kept.sockets).set(connectionId, id) });
  if (turn.kept.emptied_ms !== null) turn.keep({ emptied_ms: null }, { [keys.emptied]: null });
  const fresh = { id, since_ms: turn.now_ms, rtt_ms: rtt_ms_floor };
  const member: Member = { ...(known ?? fresh), name, tokenRole, session, away_ms: null };
  if (JSON.stringify(member) !== JSON.stringify(known)) putMember(turn, member);
}

/** The first to come with a host's token is the host; a host who is back has a line again. */
function takeRole(turn: Turn, { id, tokenRole }: Visitor): void {
  const { host, hostGone_ms } = turn.kept.roles;
  if (host === null && tokenRole === "host") setRoles(turn, { host: id, hostGone_ms: null });
  else if (host === id && hostGone_ms !== null) setRoles(turn, { hostGone_ms: null });
}

function welcome(
  turn: Turn,
  connectionId: string,
  memberId: string,
  recovered: boolean,
  chat: ReturnType<typeof chatSince>["messages"],
): void {
  const { kept, now_ms } = turn;
  const member = kept.members.get(memberId);
  if (kept.options === null || member === undefined) throw new Error("welcomed without a seat");
  const items = [...kept.items.values()];
  turn.send(connectionId, {
    type: "welcome",
    memberId,
    recovered,
    anchor: kept.anchor,
    members: membersOf(turn.state),
    options: kept.options,
    queue: items.map((item) => viewOf(kept, item)),
    voted: items.filter(({ voters }) => voters.includes(memberId)).map(({ id }) => id),
    chat,
    reacted: reactionsBy(kept, memberId),
    chatCursor: chatCursor(kept),
    ...(maySeeBans(kept, member) ? { bans: bansView(kept) } : {}),
    server_ms: now_ms,
  });
}
