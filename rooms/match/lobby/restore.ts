import { z } from "zod";
import { ownStatusSchema } from "../../../protocol/match/lobby-up.ts";
import { matchTimeBounds_ms } from "../../../protocol/match/requests.ts";
import { lobbyDataSchema, regionCapacityDefault } from "../../../protocol/match/room-data.ts";
import { wishesSchema } from "../../../protocol/match/ticket.ts";
import type { Peer } from "../../room.ts";
import { DueHeap } from "./due-heap.ts";
import { addSocket } from "./sockets.ts";
import { TicketIndex } from "./ticket-index.ts";
import { statsKey } from "./tickets.ts";
import type { LobbyState, LobbyStats, Memo, Pair, Ticket } from "./types.ts";

const memoSchema: z.ZodType<Memo> = z.object({
  blocks: z.string(),
  partners: z.string(),
  missed: z.string(),
  status: ownStatusSchema,
  callId: z.string().nullable().default(null),
  removedUntil_ms: z.number(),
  at_ms: z.number(),
});
const ticketSchema: z.ZodType<Ticket> = z.object({
  id: z.string(),
  member: z.string(),
  since_ms: z.number(),
  until_ms: z.number(),
  wishes: wishesSchema,
  connectionId: z.string(),
  absentAt_ms: z.number().nullable(),
});
const pairSchema: z.ZodType<Pair> = z.object({
  callId: z.string(),
  members: z.tuple([z.string(), z.string()]),
  at_ms: z.number(),
  seated: z.tuple([z.boolean(), z.boolean()]),
});
const count = z.number().int().nonnegative();
const statsSchema: z.ZodType<LobbyStats> = z.object({
  ends: z.object({ matched: count, cancelled: count, timed_out: count }),
  matchTimes: z.array(count).length(matchTimeBounds_ms.length + 1),
});

const besideMemoSchema = z.object({ stats: statsSchema.optional() });

/** The lobby as it was stored, with the sockets that are still open. */
export function restore(stored: ReadonlyMap<string, unknown>, peers: readonly Peer[]): LobbyState {
  const state = emptyLobby();
  state.stats = newestStats(stored) ?? state.stats;
  const memos = rowsUnder(stored, "memo/", memoSchema);
  // Storage lists keys in their order; memory keeps the order of change.
  for (const [member, memo] of memos.toSorted(([, a], [, b]) => a.at_ms - b.at_ms))
    state.memos.set(member, memo);
  for (const { connectionId, claims } of peers) {
    const data = lobbyDataSchema.safeParse(claims.data);
    if (!data.success) continue;
    state.room = claims.room;
    state.capacity = data.data.capacity;
    addSocket(state, connectionId, claims, data.data);
  }
  for (const [member, ticket] of rowsUnder(stored, "ticket/", ticketSchema))
    state.tickets.set(member, { ticket, callId: null, due_ms: Number.POSITIVE_INFINITY });
  for (const [callId, pair] of rowsUnder(stored, "pair/", pairSchema)) {
    state.pairs.set(callId, { pair, asked_ms: null, told: false });
    for (const member of pair.members) {
      const queued = state.tickets.get(member);
      if (queued !== undefined) queued.callId = callId;
    }
  }
  return state;
}

/** Counts only grow: of those kept by themselves and beside memos, the greatest are the newest. */
function newestStats(stored: ReadonlyMap<string, unknown>): LobbyStats | undefined {
  const total = ({ ends }: LobbyStats) => ends.matched + ends.cancelled + ends.timed_out;
  let newest = statsSchema.safeParse(stored.get(statsKey)).data;
  for (const [, { stats }] of rowsUnder(stored, "memo/", besideMemoSchema))
    if (stats !== undefined && (newest === undefined || total(stats) > total(newest)))
      newest = stats;
  return newest;
}

function emptyLobby(): LobbyState {
  return {
    room: "",
    settled: false,
    people: new Map(),
    sockets: new Map(),
    memos: new Map(),
    tickets: new Map(),
    pairs: new Map(),
    index: new TicketIndex(),
    dues: new DueHeap(),
    toOpen: new Set(),
    opening: 0,
    capacity: regionCapacityDefault,
    stats: {
      ends: { matched: 0, cancelled: 0, timed_out: 0 },
      matchTimes: Array.from({ length: matchTimeBounds_ms.length + 1 }, () => 0),
    },
    alarm_ms: undefined,
    countsTold_ms: 0,
    countsChanged: false,
    reaped_ms: 0,
  };
}

/** Rows whose key begins so, by the rest of their key; what does not parse is left out. */
function rowsUnder<Row>(
  stored: ReadonlyMap<string, unknown>,
  prefix: string,
  schema: z.ZodType<Row>,
): [string, Row][] {
  const rows: [string, Row][] = [];
  for (const [key, value] of stored) {
    if (!key.startsWith(prefix)) continue;
    const row = schema.safeParse(value);
    if (row.success) rows.push([key.slice(prefix.length), row.data]);
  }
  return rows;
}
