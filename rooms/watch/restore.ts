import type { z } from "zod";
import { roomOptionsSchema } from "../../protocol/watch/options.ts";
import type { Peer } from "../room.ts";
import { firstAnchor, firstItemId, unopened } from "./empty.ts";
import { keys, storedUnder } from "./keys.ts";
import { nextAlarm_ms } from "./life.ts";
import { noRoles } from "./roles.ts";
import {
  storedAnchor,
  storedBan,
  storedExpiring,
  storedItem,
  storedMember,
  storedMessage,
  storedMoment,
  storedRoles,
  storedStats,
} from "./stored.ts";
import type { KeptState, Member, WatchState } from "./types.ts";

type Stored = ReadonlyMap<string, unknown>;

/** The state after a wake, from what is stored and the sockets that are still there. */
export function restore(stored: Stored, peers: readonly Peer[]): WatchState {
  const empty = unopened();
  const options = read(stored, keys.options, roomOptionsSchema);
  if (options === undefined) return empty;
  const items = byId(stored, keys.item(""), storedItem, ({ id }) => id);
  const current = [...items.values()].find(({ place }) => place === "current");
  const playback = read(stored, keys.anchor, storedAnchor);
  const lost_ms = read(stored, keys.lost, storedMoment) ?? null;
  const visits = byId(stored, keys.member(""), storedMember, ({ id }) => id);
  const sockets = new Map(
    peers
      .filter(({ claims }) => visits.has(claims.member))
      .map(({ connectionId, claims }) => [connectionId, claims.member]),
  );
  const kept: KeptState = {
    options,
    anchor: playback?.anchor ?? firstAnchor(current?.id ?? firstItemId),
    gate: playback?.gate ?? null,
    roles: read(stored, keys.roles, storedRoles) ?? noRoles,
    members: membersAfter(visits, sockets, lost_ms),
    sockets,
    items,
    chat: byId(
      stored,
      "chat/",
      storedMessage,
      ({ id }) => id,
      (a, b) => a - b,
    ),
    bans: byId(stored, keys.ban(""), storedBan, ({ id }) => id),
    lost_ms,
    emptied_ms: read(stored, keys.emptied, storedMoment) ?? null,
    expiring: read(stored, keys.expiring, storedExpiring) ?? null,
  };
  const stats = read(stored, keys.stats, storedStats);
  const fleeting = { ...empty.fleeting, woken: true, ...(stats === undefined ? {} : { stats }) };
  const state = { kept, fleeting };
  // The platform kept the alarm: it is set to what falls due next, as it was before the sleep.
  return { kept, fleeting: { ...fleeting, alarm_ms: nextAlarm_ms(state) } };
}

/** Whoever was noted as lost without a word is away since then, though no row of theirs says so. */
function membersAfter(
  visits: ReadonlyMap<string, Member>,
  sockets: ReadonlyMap<string, string>,
  lost_ms: number | null,
): ReadonlyMap<string, Member> {
  const seated = new Set(sockets.values());
  const members = [...visits.values()].sort((a, b) => a.since_ms - b.since_ms);
  return new Map(
    members.map((member) => {
      const lost = member.away_ms === null && !seated.has(member.id);
      return [member.id, lost ? { ...member, away_ms: lost_ms } : member];
    }),
  );
}

function read<Value>(stored: Stored, key: string, schema: z.ZodType<Value>): Value | undefined {
  return schema.safeParse(stored.get(key)).data;
}

function byId<Id extends string | number, Value>(
  stored: Stored,
  prefix: string,
  schema: z.ZodType<Value>,
  idOf: (value: Value) => Id,
  order: (a: Id, b: Id) => number = () => 0,
): ReadonlyMap<Id, Value> {
  const values = storedUnder(stored, prefix).flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [[idOf(parsed.data), parsed.data] as const] : [];
  });
  return new Map(values.sort(([a], [b]) => order(a, b)));
}
