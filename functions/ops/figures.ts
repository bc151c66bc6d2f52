import { cacheHits, type MeterReading, unitTotal } from "../../platform/meter/reading.ts";
import { type MeterSnapshot, readingOf } from "../../platform/meter/snapshot.ts";
import { moduleOfParty } from "../../platform/meter/units.ts";
import type { AllRoomLimits } from "../room-limits.ts";

/** Memory of an isolate on Workers, and of the one that a room shares with others of its kind. */
export const isolate_bytes_max = 128 * 1024 * 1024;

const hour_ms = 3_600_000;

/** The running hour and the one before, so that there is an hour to speak of. */
export const usualHours = 2;

/** A snapshot as it would be of the usual hours alone. */
export function recentHours(snapshot: MeterSnapshot): MeterSnapshot {
  return { ...snapshot, hours: snapshot.hours.slice(0, usualHours) };
}

/** How far back the hours of a snapshot reach, in seconds; at least one. */
export function window_s({ hours }: MeterSnapshot, now_ms: number): number {
  const running_ms = now_ms % hour_ms;
  return Math.max(1, Math.round((running_ms + (hours.length - 1) * hour_ms) / 1000));
}

/** Rooms, as far as they have said. */
export interface RoomFigures {
  readonly party: string;
  readonly open: number;
  readonly sockets: number;
  readonly sockets_max: number | null;
  readonly bytes_max: number | null;
  /** Rooms in memory at once, on average over the window. */
  readonly awakeAverage: number | null;
}

export function roomFigures(
  snapshot: MeterSnapshot,
  limits: AllRoomLimits,
  now_ms: number,
): readonly RoomFigures[] {
  const { units } = readingOf(snapshot);
  return [...snapshot.rooms].map(([party, open]) => {
    const bounds = Object.hasOwn(limits, party) ? limits[party as keyof AllRoomLimits] : undefined;
    return {
      party,
      open,
      sockets: snapshot.sockets.get(party) ?? 0,
      sockets_max: open === 0 ? 0 : bounds === undefined ? null : open * bounds.connections_max,
      bytes_max: bounds?.bytes_max ?? null,
      awakeAverage: awakeAverage(party, units, window_s(snapshot, now_ms)),
    };
  });
}

/**
 * Rooms in memory at once: by Little's law the time they spent there over the time that passed. Where
 * several kinds of rooms share a module's account nobody knows which of them it was.
 */
function awakeAverage(
  party: string,
  units: ReturnType<typeof readingOf>["units"],
  passed_s: number,
): number | null {
  if (moduleOfParty(party) !== party) return null;
  const own = [...units].find(([module]) => module === party);
  return (own?.[1].get("room_awake_ms") ?? 0) / (passed_s * 1000);
}

/** Sums over all parties; null where one of them is not known. */
export function roomTotals(rooms: readonly RoomFigures[]) {
  const sum = (figure: (room: RoomFigures) => number | null) =>
    rooms.reduce<number | null>((total, room) => {
      const amount = figure(room);
      return total === null || amount === null ? null : total + amount;
    }, 0);
  return {
    open: sum(({ open }) => open) ?? 0,
    sockets: sum(({ sockets }) => sockets) ?? 0,
    sockets_max: sum(({ sockets_max }) => sockets_max),
    held_bytes_max: sum(({ open, bytes_max }) =>
      open === 0 ? 0 : bytes_max === null ? null : open * bytes_max,
    ),
  };
}

/** A share as monitors write it, such as `41.3%`. */
export function percentage(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** The names that old monitors have for caches of ours. */
const oldNames: Readonly<Record<string, string>> = { user: "users", session: "sessions" };

/** Hits and misses by cache, under the names that old monitors know. */
export function cacheFigures({ caches }: MeterReading) {
  const names = new Set([...Object.keys(oldNames), ...caches.keys()]);
  return Object.fromEntries(
    [...names].map((name) => {
      const { reads, hits, hitRate } = cacheHits(caches.get(name));
      const figures = {
        size: null,
        maxSize: null,
        hits,
        misses: reads - hits,
        hitRate: hitRate === null ? null : percentage(hitRate),
      };
      return [(Object.hasOwn(oldNames, name) ? oldNames[name] : undefined) ?? name, figures];
    }),
  );
}

/**
 * Frames from clients a second, over the last hour: all of the running hour, and of the one before
 * the part that lies within it.
 */
export function messagesPerSecond({ hours }: MeterSnapshot, now_ms: number): number {
  const [running, before] = hours.map(({ hash }) => readingOf({ hours: [{ hour: "", hash }] }));
  const share = 1 - (now_ms % hour_ms) / hour_ms;
  const messages =
    (running === undefined ? 0 : unitTotal(running, "socket_messages_in")) +
    share * (before === undefined ? 0 : unitTotal(before, "socket_messages_in"));
  return Math.round((messages / 3600) * 1000) / 1000;
}
