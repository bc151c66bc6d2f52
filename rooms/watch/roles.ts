import {
  isAtLeast,
  mayDo,
  type WatchAction,
  type WatchRole,
} from "../../protocol/watch/permissions.ts";
import { keys } from "./keys.ts";
import { given_max } from "./limits.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";
import type { KeptState, Member, Roles } from "./types.ts";

export const noRoles: Roles = { host: null, hostGone_ms: null, given: {} };

/** Who somebody is here: what the room says, or else what the token says. There is one host. */
export function roleOf(
  { roles }: Pick<KeptState, "roles">,
  member: Pick<Member, "id" | "tokenRole">,
): WatchRole {
  if (roles.host === member.id) return "host";
  const given = Object.hasOwn(roles.given, member.id) ? roles.given[member.id] : undefined;
  return given ?? (member.tokenRole === "viewer" ? "viewer" : "cohost");
}

/** Whether a speaker may; tells them when not. */
export function allowed(turn: Turn, speaker: Speaker, action: WatchAction, about: string): boolean {
  const table = turn.kept.options?.permissions;
  if (table !== undefined && mayDo(speaker.role, action, table)) return true;
  refuseRole(turn, speaker, about);
  return false;
}

/** Whether a speaker has at least a role; tells them when not. */
export function atLeast(turn: Turn, speaker: Speaker, least: WatchRole, about: string): boolean {
  if (isAtLeast(speaker.role, least)) return true;
  refuseRole(turn, speaker, about);
  return false;
}

export function refuseRole(turn: Turn, speaker: Speaker, about: string): void {
  turn.count("watch_refused");
  refuse(
    turn,
    speaker,
    "not_allowed",
    "Your role in this room does not allow that. Ask the host.",
    { about },
  );
}

export function setRoles(turn: Turn, change: Partial<Roles>): void {
  const roles = { ...turn.kept.roles, ...change };
  turn.keep({ roles }, { [keys.roles]: roles });
}

/**
 * Remembers a role that was given or taken.
 * @returns false when the room remembers as many as it may
 */
export function give(turn: Turn, memberId: string, role: "cohost" | "viewer"): boolean {
  const { given } = turn.kept.roles;
  if (!Object.hasOwn(given, memberId) && Object.keys(given).length >= given_max) return false;
  setRoles(turn, { given: { ...given, [memberId]: role } });
  return true;
}

/** Makes somebody the host; who was it until now is a co-host from then on. */
export function makeHost(turn: Turn, memberId: string): void {
  const { host, given } = turn.kept.roles;
  const { [memberId]: _gone, ...rest } = given;
  const room = Object.keys(rest).length < given_max;
  const former = host !== null && room ? { [host]: "cohost" as const } : {};
  const next = turn.kept.members.get(memberId);
  const hostGone_ms = next === undefined || next.away_ms !== null ? turn.now_ms : null;
  setRoles(turn, { host: memberId, hostGone_ms, given: { ...rest, ...former } });
}

/**
 * To whom the host's role passes when the host stays away: the co-host who has been there longest,
 * else the viewer who has; undefined when nobody is there.
 */
export function heirOf(kept: KeptState): Member | undefined {
  const present = [...kept.members.values()].filter(
    ({ id, away_ms }) => away_ms === null && id !== kept.roles.host,
  );
  const rank = (member: Member) => (roleOf(kept, member) === "cohost" ? 0 : 1);
  return present.sort(
    (a, b) => rank(a) - rank(b) || a.since_ms - b.since_ms || (a.id < b.id ? -1 : 1),
  )[0];
}
