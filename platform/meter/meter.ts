import { isEmptyBatch, type MeterBatch, type MeterWriter } from "./batch.ts";
import { fieldName } from "./fields.ts";
import { bucketOf } from "./latency.ts";
import { currentScope, type MeterScope } from "./scope.ts";
import { createSums } from "./sums.ts";
import type { MeterModule, MeterUnit } from "./units.ts";

/** After so long without a request an isolate writes. The platform lets work go on for 30 s after an answer. */
export const flush_ms = 10_000;
/** While requests keep coming it writes this often: each flush is some ten to forty commands. */
export const flushBusy_ms = 30_000;
/** A request so long after the last plan makes another, which that one may leave the flush to. */
const renew_ms = 5_000;
/** Different names that an isolate holds; about what all routes and units together come to. */
const names_max = 2_000;
const rooms_max = 500;
/** Commands of one flush, at most; the rest goes with the next. */
const batch_max = 500;

/** Takes work that goes on after the answer: `waitUntil` of the request. */
export type Background = (work: Promise<unknown>) => void;

/**
 * What one isolate has counted and not yet written. Counting is a few additions in memory; it never
 * waits, throws or does I/O. Memory is bounded: a count that finds no room is dropped, and the drop
 * is counted.
 */
export interface Meter {
  count(module: MeterModule, unit: MeterUnit, amount?: number): void;
  /** Counts on the account that the running code is on, or else on `other`. */
  countHere(unit: MeterUnit, amount?: number): void;
  /** One answer. @param route method and pattern, never a path that somebody sent */
  answered(route: string, status: number, duration_ms: number): void;
  /** A read of a named cache; the shape of `CacheCounter` in `platform/cache`. */
  cached(cache: string, outcome: string): void;
  /** Sockets opened in a room, or closed with a negative number. */
  sockets(party: string, room: string, change: number): void;
  /** The same as the others do, for a field whose name is known. */
  add(field: string, amount: number): void;
  /**
   * Plans a flush for 10 s from now, unless that was done within the last 5 s. A plan whose time has
   * come leaves the flush to a younger one, unless the oldest count has waited for 30 s: so a busy
   * isolate writes every 30 s, and what was counted last is written 10 s later at the latest.
   */
  settle(background: Background): void;
  /** Whether the last flush was 10 s ago or longer. */
  readonly isDue: boolean;
  /** Writes now if that is due. For rooms, where no timer may run. */
  flushIfDue(): Promise<void>;
  /** Writes now. For a room that has emptied: nothing will wake it to write later. */
  flush(): Promise<void>;
  /** About how much memory waits to be written. */
  readonly held_bytes: number;
}

export interface MeterOptions {
  readonly writer: MeterWriter;
  readonly now_ms: () => number;
  readonly sleep: (duration_ms: number) => Promise<void>;
}

export function createMeter({ writer, now_ms, sleep }: MeterOptions): Meter {
  const fields = createSums(names_max);
  const sockets = createSums(rooms_max);
  let dropped = 0;
  let lastFlush_ms = Number.NEGATIVE_INFINITY;
  /** The youngest plan that waits for its time. */
  let plan: { readonly made_ms: number } | undefined;
  /** When a request first left something to be written. */
  let waitsSince_ms: number | undefined;

  const addField = (name: string, amount: number) => {
    if (!fields.add(name, amount)) dropped += 1;
  };
  const addSockets = (room: string, change: number) => {
    if (!sockets.add(room, change)) dropped += 1;
  };
  const isEmpty = () => fields.size + sockets.size + dropped === 0;

  const take = (): MeterBatch => {
    if (dropped > 0) {
      const name = fieldName({ type: "unit", module: "meter", unit: "dropped" });
      if (fields.add(name, dropped)) dropped = 0;
    }
    return { fields: fields.take(batch_max), sockets: sockets.take(batch_max) };
  };
  const putBack = (batch: MeterBatch) => {
    for (const [name, amount] of batch.fields) addField(name, amount);
    for (const [room, change] of batch.sockets) addSockets(room, change);
  };
  // Two may be under way at once, each with counts of its own; nobody waits for another's promise,
  // which may belong to a request, or to a room, that is gone.
  const flush = async () => {
    const batch = take();
    if (isEmptyBatch(batch)) return;
    lastFlush_ms = now_ms();
    waitsSince_ms = undefined;
    const failed = await writer.write(batch, lastFlush_ms);
    if (failed !== undefined) putBack(failed);
  };
  const untilDue_ms = () => Math.max(0, lastFlush_ms + flush_ms - now_ms());

  return {
    count: (module, unit, amount = 1) =>
      addField(fieldName({ type: "unit", module, unit }), amount),
    countHere: (unit, amount = 1) => {
      const scope = currentScope();
      if (scope !== undefined) tally(scope, unit, amount);
      addField(fieldName({ type: "unit", module: scope?.module ?? "other", unit }), amount);
    },
    answered: (route, status, duration_ms) => {
      const statusClass = Math.floor(status / 100);
      const bucket = bucketOf(duration_ms);
      addField(fieldName({ type: "route", route, statusClass, bucket }), 1);
      addField(fieldName({ type: "route_ms", route }), Math.round(duration_ms));
    },
    cached: (cache, outcome) => addField(fieldName({ type: "cache", cache, outcome }), 1),
    sockets: (party, room, change) => addSockets(`${party}/${room}`, change),
    add: addField,
    settle: (background) => {
      const made_ms = now_ms();
      if (isEmpty()) return;
      waitsSince_ms ??= made_ms;
      if (plan !== undefined && made_ms - plan.made_ms < renew_ms) return;
      const own = { made_ms };
      plan = own;
      const planned = async () => {
        await sleep(flush_ms);
        // A room in the same isolate may have written meanwhile.
        if (untilDue_ms() > 0) await sleep(untilDue_ms());
        const waited_ms = now_ms() - (waitsSince_ms ?? now_ms());
        if (plan !== own && waited_ms < flushBusy_ms) return;
        if (plan === own) plan = undefined;
        await flush();
      };
      background(planned());
    },
    flushIfDue: async () => {
      if (untilDue_ms() === 0) await flush();
    },
    flush,
    get isDue() {
      return untilDue_ms() === 0;
    },
    get held_bytes() {
      return fields.bytes + sockets.bytes;
    },
  };
}

function tally({ units }: MeterScope, unit: MeterUnit, amount: number): void {
  units.set(unit, (units.get(unit) ?? 0) + amount);
}
