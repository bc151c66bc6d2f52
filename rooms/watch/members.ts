import { closeCodes } from "../../protocol/room.ts";
import { compareMembers, type WatchMember } from "../../protocol/watch/member.ts";
import type { Peer } from "../room.ts";
import { keys } from "./keys.ts";
import { departures_max, grace_ms, hostAbsence_ms } from "./limits.ts";
import { heirOf, makeHost, roleOf, setRoles } from "./roles.ts";
import type { Turn } from "./turn.ts";
import type { Member, WatchState } from "./types.ts";

/** Everybody as pages show them. */
export function membersOf({ kept, fleeting }: WatchState): WatchMember[] {
  return [...kept.members.values()]
    .map((member): WatchMember => {
      const drift_ms = fleeting.drifts.get(member.id);
      return {
        id: member.id,
        name: member.name,
        role: roleOf(kept, member),
        ...(member.away_ms === null ? {} : { away: true }),
        ...(drift_ms === undefined ? {} : { drift_ms }),
      };
    })
    .sort(compareMembers);
}

/** Those who have a line. */
export function presentOf({ members }: Pick<WatchState["kept"], "members">): Member[] {
  return [...members.values()].filter(({ away_ms }) => away_ms === null);
}

/** Connection ids of one member. */
export function socketsOf({ sockets }: WatchState["kept"], memberId: string): string[] {
  return [...sockets].filter(([, id]) => id === memberId).map(([connectionId]) => connectionId);
}

export function putMember(turn: Turn, member: Member): void {
  const members = new Map(turn.kept.members).set(member.id, member);
  turn.keep({ members }, { [keys.member(member.id)]: member });
}

/** A socket closed. Without a word of goodbye its member, if it was the last one, is only away. */
export function leave(turn: Turn, { connectionId, claims }: Peer, code: number): void {
  dropSocket(turn, connectionId);
  const member = turn.kept.members.get(claims.member);
  // One who was away already has nothing more to lose: this socket was refused, or is long gone.
  if (member === undefined || member.away_ms !== null) return;
  if (socketsOf(turn.kept, member.id).length > 0) return;
  if (code === normalClosure) depart(turn, member.id);
  else {
    putMember(turn, { ...member, away_ms: turn.now_ms });
    if (turn.kept.roles.host === member.id) setRoles(turn, { hostGone_ms: turn.now_ms });
  }
}

/** A page that closes its socket on purpose (RFC 6455, section 7.4.1); a reload says 1001. */
const normalClosure = 1000;

/** A member says goodbye on one socket; the socket is done with. */
export function sayBye(turn: Turn, { connectionId, claims }: Peer): void {
  dropSocket(turn, connectionId);
  turn.close(connectionId, normalClosure, "bye");
  if (socketsOf(turn.kept, claims.member).length === 0) depart(turn, claims.member);
}

/** Puts a member out: all sockets are told why and closed, and no grace holds the place. */
export function putOut(
  turn: Turn,
  memberId: string,
  code: "room_kicked" | "room_banned",
  message: string,
): void {
  const closeCode = code === "room_banned" ? closeCodes.banned : closeCodes.kicked;
  for (const connectionId of socketsOf(turn.kept, memberId)) {
    turn.send(connectionId, { type: "error", code, message });
    turn.close(connectionId, closeCode, code);
    dropSocket(turn, connectionId);
  }
  depart(turn, memberId);
}

function dropSocket(turn: Turn, connectionId: string): void {
  if (!turn.kept.sockets.has(connectionId)) return;
  const sockets = new Map(turn.kept.sockets);
  sockets.delete(connectionId);
  turn.keep({ sockets });
}

/** A member is gone, and with them all that was kept of their visit. */
export function depart(turn: Turn, memberId: string): void {
  if (!turn.kept.members.has(memberId)) return;
  const members = new Map(turn.kept.members);
  members.delete(memberId);
  turn.keep({ members }, { [keys.member(memberId)]: null });
  if (turn.kept.roles.host === memberId && turn.kept.roles.hostGone_ms === null)
    setRoles(turn, { hostGone_ms: turn.now_ms });
  forget(turn, memberId);
  if (members.size > 0) return;
  turn.keep({ emptied_ms: turn.now_ms }, { [keys.emptied]: turn.now_ms });
}

function forget(turn: Turn, memberId: string): void {
  const paces = new Map(turn.fleeting.paces);
  const drifts = new Map(turn.fleeting.drifts);
  const shownAway = new Set(turn.fleeting.shownAway);
  paces.delete(memberId);
  drifts.delete(memberId);
  shownAway.delete(memberId);
  turn.note({ paces, drifts, shownAway });
}

/** Takes out those whose grace is over; when there are too many for one step, some. */
export function endGraces(turn: Turn): void {
  const over = [...turn.kept.members.values()].filter((member) => isOver(member, turn.now_ms));
  for (const { id } of over.slice(0, departures_max)) depart(turn, id);
}

const isOver = ({ away_ms }: Member, now_ms: number) =>
  away_ms !== null && now_ms - away_ms >= grace_ms;

/**
 * After a deploy all sockets are gone and no close was ever heard. Whoever is in the room without a
 * socket, at the first event after a wake, counts as away from then on.
 */
export function noticeLost(turn: Turn): void {
  const { kept } = turn;
  const seated = new Set(kept.sockets.values());
  const lost = [...kept.members.values()].filter(
    ({ id, away_ms }) => away_ms === null && !seated.has(id),
  );
  if (lost.length > 0) {
    const members = new Map(kept.members);
    for (const member of lost) members.set(member.id, { ...member, away_ms: turn.now_ms });
    turn.keep({ members, lost_ms: turn.now_ms }, { [keys.lost]: turn.now_ms });
    if (lost.some(({ id }) => id === kept.roles.host) && kept.roles.hostGone_ms === null)
      setRoles(turn, { hostGone_ms: turn.now_ms });
  }
}

/** The note of a loss is done with once nobody's place hangs on it. */
export function clearLost(turn: Turn): void {
  const { lost_ms, members } = turn.kept;
  if (lost_ms === null || [...members.values()].some(({ away_ms }) => away_ms === lost_ms)) return;
  turn.keep({ lost_ms: null }, { [keys.lost]: null });
}

/** When the host's role passes on, if nothing changes; null while it does not. */
export function hostPasses_ms(kept: WatchState["kept"]): number | null {
  const { host, hostGone_ms } = kept.roles;
  if (host === null || hostGone_ms === null || heirOf(kept) === undefined) return null;
  return hostGone_ms + hostAbsence_ms;
}

/** Passes the host's role on, when the host has been away for long enough. */
export function passHost(turn: Turn): void {
  const due_ms = hostPasses_ms(turn.kept);
  const heir = heirOf(turn.kept);
  if (due_ms === null || heir === undefined || turn.now_ms < due_ms) return;
  makeHost(turn, heir.id);
  turn.count("watch_host_passed");
}

/**
 * Tells everybody who is there now, when that has changed. Who lost their line is not news; but when
 * others were shown somebody as away, they are shown the return.
 * @param before the state at the beginning of the step
 * @param joined the connection that is welcomed in this step, and knows already
 */
export function tellMembers(turn: Turn, before: WatchState, joined: string | undefined): void {
  const { kept } = turn;
  if (kept.members === before.kept.members && kept.roles === before.kept.roles) return;
  const back = [...turn.fleeting.shownAway].some((id) => kept.members.get(id)?.away_ms === null);
  if (!back && namesOf(before) === namesOf(turn.state)) return;
  const members = membersOf(turn.state);
  turn.tellSoon(
    { type: "members", members },
    { key: "members", ...(joined === undefined ? {} : { except: joined }) },
  );
  turn.note({ shownAway: new Set(members.filter(({ away }) => away).map(({ id }) => id)) });
}

const namesOf = (state: WatchState) =>
  JSON.stringify(membersOf(state).map(({ id, name, role }) => [id, name, role]));
