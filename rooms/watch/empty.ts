import type { Anchor } from "../../protocol/watch/anchor.ts";
import { noRoles } from "./roles.ts";
import { newStats } from "./stats.ts";
import type { WatchState } from "./types.ts";

/** The item that a room's token names. */
export const firstItemId = "first";

/** The anchor of a room in which nothing was commanded yet. */
export function firstAnchor(itemId: string): Anchor {
  return { itemId, position_ms: 0, anchorServer_ms: 0, rate: 1, playing: false, seq: 0 };
}

/** A room that nobody has opened, or that is over. */
export function unopened(): WatchState {
  return {
    kept: {
      options: null,
      anchor: firstAnchor(firstItemId),
      gate: null,
      roles: noRoles,
      members: new Map(),
      sockets: new Map(),
      items: new Map(),
      chat: new Map(),
      bans: new Map(),
      lost_ms: null,
      emptied_ms: null,
      expiring: null,
    },
    fleeting: {
      stats: newStats(0),
      unstored: "nothing",
      paces: new Map(),
      drifts: new Map(),
      told: null,
      shownAway: new Set(),
      alarm_ms: null,
      woken: false,
    },
  };
}
