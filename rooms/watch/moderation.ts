import type { Ban } from "../../protocol/watch/down.ts";
import { isAtLeast, mayDo } from "../../protocol/watch/permissions.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { keys } from "./keys.ts";
import { bans_max, given_max } from "./limits.ts";
import { putOut } from "./members.ts";
import { allowed, atLeast, give, makeHost, refuseRole, roleOf } from "./roles.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";
import type { Banned, KeptState, Member } from "./types.ts";

type Up<Type extends WatchUp["type"]> = Extract<WatchUp, { type: Type }>;

/** Whether somebody is banned, under this id or with this account or lineage behind it. */
export function isBanned({ bans }: KeptState, memberId: string, session: string): boolean {
  return bans.has(memberId) || [...bans.values()].some((ban) => ban.session === session);
}

/** The bans as those see them who may lift them, the latest first. */
export function bansView({ bans }: KeptState): Ban[] {
  return [...bans.values()]
    .map(({ id, name, at_ms }) => ({ memberId: id, name, at_ms }))
    .sort((a, b) => b.at_ms - a.at_ms || (a.memberId < b.memberId ? -1 : 1));
}

export function kick(turn: Turn, speaker: Speaker, memberId: string): void {
  if (!allowed(turn, speaker, "kick", "kick")) return;
  const target = turn.kept.members.get(memberId);
  if (target === undefined) {
    refuseMissing(turn, speaker, "kick");
    return;
  }
  if (!outranks(turn, speaker, target)) {
    refuseRole(turn, speaker, "kick");
    return;
  }
  turn.count("watch_kick");
  putOut(turn, memberId, "room_kicked", "You were put out of this room.");
}

/** Puts somebody out for good, or keeps somebody from coming back who has left. */
export function ban(turn: Turn, speaker: Speaker, memberId: string): void {
  if (!allowed(turn, speaker, "kick", "ban")) return;
  const { kept, now_ms } = turn;
  const target = kept.members.get(memberId);
  const absent = { id: memberId, tokenRole: "viewer" } as const;
  if (memberId === speaker.member.id || !outranks(turn, speaker, target ?? absent)) {
    refuseRole(turn, speaker, "ban");
    return;
  }
  if (!kept.bans.has(memberId) && kept.bans.size >= bans_max) {
    refuse(turn, speaker, "limit_reached", `A room remembers ${bans_max} bans. Lift one first.`, {
      about: "ban",
    });
    return;
  }
  const said = [...kept.chat.values()].findLast(({ by }) => by === memberId);
  const banned: Banned = {
    id: memberId,
    name: target?.name ?? said?.name ?? "",
    session: target?.session ?? null,
    at_ms: now_ms,
  };
  setBans(turn, new Map(kept.bans).set(memberId, banned), { [keys.ban(memberId)]: banned });
  turn.count("watch_ban");
  putOut(turn, memberId, "room_banned", "You were put out of this room for good.");
  // Others who came by the same account or lineage go as well, if the speaker outranks them.
  for (const twin of turn.kept.members.values())
    if (twin.session === banned.session && outranks(turn, speaker, twin))
      putOut(turn, twin.id, "room_banned", "You were put out of this room for good.");
}

export function unban(turn: Turn, speaker: Speaker, memberId: string): void {
  if (!allowed(turn, speaker, "kick", "unban")) return;
  if (!turn.kept.bans.has(memberId)) {
    refuseMissing(turn, speaker, "unban");
    return;
  }
  const bans = new Map(turn.kept.bans);
  bans.delete(memberId);
  setBans(turn, bans, { [keys.ban(memberId)]: null });
}

export function setRole(turn: Turn, speaker: Speaker, { memberId, role }: Up<"set_role">): void {
  if (!atLeast(turn, speaker, "host", "set_role")) return;
  if (!turn.kept.members.has(memberId)) {
    refuseMissing(turn, speaker, "set_role");
    return;
  }
  if (memberId === speaker.member.id) {
    refuseRole(turn, speaker, "set_role");
    return;
  }
  if (!give(turn, memberId, role))
    refuse(
      turn,
      speaker,
      "limit_reached",
      `A room remembers ${given_max} roles. Invite further co-hosts by a link.`,
      {
        about: "set_role",
      },
    );
}

export function handOver(turn: Turn, speaker: Speaker, memberId: string): void {
  if (!atLeast(turn, speaker, "host", "hand_over")) return;
  if (turn.kept.members.get(memberId)?.away_ms !== null) {
    refuseMissing(turn, speaker, "hand_over");
    return;
  }
  if (memberId !== speaker.member.id) makeHost(turn, memberId);
}

/** Nobody acts on somebody of their own role or a higher one. */
function outranks(
  { kept }: Turn,
  { role, member }: Speaker,
  target: Pick<Member, "id" | "tokenRole">,
): boolean {
  return target.id !== member.id && !isAtLeast(roleOf(kept, target), role);
}

function setBans(turn: Turn, bans: KeptState["bans"], stored: Record<string, unknown>): void {
  turn.keep({ bans }, stored);
  tellBans(turn);
}

/** Tells those who may put people out. */
function tellBans(turn: Turn): void {
  const { kept } = turn;
  const message = { type: "bans", bans: bansView(kept) } as const;
  for (const [connectionId, memberId] of kept.sockets) {
    const member = kept.members.get(memberId);
    if (member !== undefined && maySeeBans(kept, member)) turn.send(connectionId, message);
  }
}

export function maySeeBans(kept: KeptState, member: Member): boolean {
  return kept.options !== null && mayDo(roleOf(kept, member), "kick", kept.options.permissions);
}

function refuseMissing(turn: Turn, speaker: Speaker, about: string): void {
  refuse(turn, speaker, "not_found", "There is nobody like that here.", { about });
}
