import { closeCodes } from "../../protocol/room.ts";
import { type Anchor, anchorSchema } from "../../protocol/watch/anchor.ts";
import { watchRequestSchema } from "../../protocol/watch/request.ts";
import { watchUpSchema } from "../../protocol/watch/up.ts";
import {
  type Peer,
  peer_bytes_max,
  type RoomLimits,
  type RoomMachine,
  type Step,
} from "../room.ts";
import { anchorOf, commandedAnchor, positionNow_ms, type WatchCommand } from "./playback.ts";
import { membersOf, seatOf, shows, withoutSeat, withSeat } from "./seats.ts";
import type { Seat, WatchEffect, WatchState, WatchTypes } from "./types.ts";

type WatchStep = Step<WatchState, WatchTypes>;

/** The one key a watch room stores. */
const anchorKey = "anchor";

/** The room of Watch Together; `SPEC.md` beside this file says each rule and names it. */
export const watchMachine: RoomMachine<WatchState, WatchTypes> = {
  limits: {
    connections_max: 32,
    connections_per_member_max: 8,
    messages_per_s: 10,
    messages_burst: 40,
    strikes_max: 5,
  },
  worstCaseBytes,
  up: watchUpSchema,
  request: watchRequestSchema,
  restore,
  step(state, event, { now_ms }) {
    switch (event.type) {
      case "join":
        return join(state, event.peer, now_ms);
      case "message":
        if (!state.seats.has(event.peer.connectionId)) return { state, effects: [] };
        return event.message.type === "clock"
          ? { state, effects: [clock(event.peer, event.message.client_ms, now_ms)] }
          : command(state, event.peer, event.message, now_ms);
      case "leave":
        return leave(state, event.peer);
      case "request":
        return { state, effects: [{ type: "reply", reply: reply(state, event.request, now_ms) }] };
      case "open":
      case "alarm":
      case "answer":
        return { state, effects: [] };
    }
  },
};

function restore(stored: ReadonlyMap<string, unknown>, peers: readonly Peer[]): WatchState {
  const anchor = anchorSchema.safeParse(stored.get(anchorKey));
  const seats = new Map<string, Seat>();
  for (const { connectionId, claims } of peers) {
    const seat = seatOf(claims);
    if (seat !== undefined) seats.set(connectionId, seat);
  }
  return { commanded: anchor.success ? anchor.data : null, seats };
}

function join(state: WatchState, { connectionId, claims }: Peer, now_ms: number): WatchStep {
  const seat = seatOf(claims);
  if (seat === undefined) return { state, effects: refuse(connectionId) };
  const joined = { ...state, seats: withSeat(state.seats, connectionId, seat) };
  const members = membersOf(joined.seats);
  const welcome: WatchEffect = {
    type: "send",
    connectionId,
    message: {
      type: "welcome",
      memberId: seat.member.id,
      anchor: anchorAmong(joined),
      members,
      server_ms: now_ms,
    },
  };
  if (shows(membersOf(state.seats), seat.member)) return { state: joined, effects: [welcome] };
  const message = { type: "members", members } as const;
  return {
    state: joined,
    effects: [welcome, { type: "broadcast", message, except: connectionId }],
  };
}

function refuse(connectionId: string): WatchEffect[] {
  const message = "This token does not fit a watch room. Join the room again.";
  return [
    { type: "send", connectionId, message: { type: "error", code: "token_invalid", message } },
    { type: "close", connectionId, code: closeCodes.tokenInvalid, reason: "token_invalid" },
  ];
}

/**
 * The leaver may be missing from `state`: a room that was asleep is restored without the socket
 * that woke it by closing. So what to say follows from the leaver and from who remains.
 */
function leave(state: WatchState, { connectionId, claims }: Peer): WatchStep {
  const left = { ...state, seats: withoutSeat(state.seats, connectionId) };
  const seat = seatOf(claims);
  const members = membersOf(left.seats);
  if (seat === undefined || shows(members, seat.member)) return { state: left, effects: [] };
  return {
    state: left,
    effects: [{ type: "broadcast", message: { type: "members", members } }],
  };
}

function command(
  state: WatchState,
  { connectionId, claims }: Peer,
  message: WatchCommand,
  now_ms: number,
): WatchStep {
  const current = anchorAmong(state);
  if (message.seq !== current.seq)
    return { state, effects: refuseStale(connectionId, current, now_ms) };
  const anchor = commandedAnchor(current, message, now_ms);
  return {
    state: { ...state, commanded: anchor },
    effects: [
      { type: "store", changes: { [anchorKey]: anchor } },
      {
        type: "broadcast",
        message: { type: "anchor", anchor, by: claims.member, server_ms: now_ms },
      },
      { type: "count", name: "watch_command", amount: 1 },
    ],
  };
}

function refuseStale(connectionId: string, anchor: Anchor, now_ms: number): WatchEffect[] {
  const message = "Somebody else was faster; here is where the video stands.";
  return [
    { type: "send", connectionId, message: { type: "error", code: "stale_command", message } },
    {
      type: "send",
      connectionId,
      message: { type: "anchor", anchor, by: null, server_ms: now_ms },
    },
    { type: "count", name: "watch_command_stale", amount: 1 },
  ];
}

function clock({ connectionId }: Peer, client_ms: number, now_ms: number): WatchEffect {
  return {
    type: "send",
    connectionId,
    message: { type: "clock", client_ms, server_ms: now_ms },
  };
}

function reply(
  state: WatchState,
  request: WatchTypes["request"],
  now_ms: number,
): WatchTypes["reply"] {
  if (request.type === "ping") return { ok: true };
  const anchor = anchorOf(state);
  return {
    position_ms: anchor === null ? 0 : positionNow_ms(anchor, now_ms),
    playing: anchor?.playing ?? false,
    members: membersOf(state.seats).length,
    server_ms: now_ms,
  };
}

/** The anchor of a room in which somebody sits. */
function anchorAmong(state: WatchState): Anchor {
  const anchor = anchorOf(state);
  if (anchor === null) throw new Error("a room with a seat has an anchor");
  return anchor;
}

/** A string of `units` UTF-16 code units with its header, in bytes. */
const text_bytes = (units: number) => 2 * units + 32;
/** One seat: its map entry, two objects, connection id, member id, name, role and media id. */
const seat_bytes_max =
  256 + text_bytes(64) + text_bytes(64) + text_bytes(40) + text_bytes(16) + text_bytes(64);
/** An anchor: five numbers or flags and a media id, once in memory and once in storage. */
const anchor_bytes_max = 2 * (256 + text_bytes(64));

function worstCaseBytes(limits: RoomLimits): number {
  return anchor_bytes_max + limits.connections_max * (seat_bytes_max + peer_bytes_max);
}
