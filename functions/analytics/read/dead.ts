import type { PageOf } from "../../../db/queries/analytics-export.ts";
import type { DayRange } from "../../../db/queries/analytics-metrics.ts";
import type { BufferAddress, DeadEvents } from "../../../protocol/analytics/buffer.ts";
import type { RoomNamespace } from "../../env.ts";
import { deadOf } from "../buffers.ts";
import { dateOf } from "./dates.ts";

/** An event that the database refused, in the buffer that keeps it. */
export type DeadEvent = DeadEvents["events"][number];

/**
 * Dead events of buffers that were received on days of a range: one buffer after the other, each in
 * the order they died. What died since the export began may or may not be in it.
 */
export function exportDead(
  buffers: RoomNamespace,
  addresses: readonly BufferAddress[],
  { from, to }: DayRange,
): PageOf<DeadEvent> {
  const isWithin = ({ at_ms }: DeadEvent) => dateOf(at_ms) >= from && dateOf(at_ms) <= to;
  return async (last, limit) => {
    const found: DeadEvent[] = [];
    for (const address of addresses) {
      if (last !== undefined && address.shard < last.shard) continue;
      let after = address.shard === last?.shard ? last.id : 0;
      for (;;) {
        const { events } = await deadOf(buffers, address, after);
        found.push(...events.filter(isWithin));
        after = events.at(-1)?.id ?? 0;
        if (found.length >= limit) return found.slice(0, limit);
        if (events.length === 0) break;
      }
    }
    return found;
  };
}
