import type { Random } from "../../../platform/testing/random.ts";
import type { NewBatch } from "../../../rooms/analytics/buffer/chunk.ts";
import { batch_events, habits } from "./load.ts";

/** A batch as a player sends it, by its size alone: it holds as many events as the mean asks for. */
export function nextBatch(random: Random): NewBatch {
  const whole = Math.floor(batch_events);
  const more = random.next() < batch_events - whole;
  const batch = ordinary[more ? 1 : 0];
  if (batch === undefined) throw new Error("there are two sizes");
  return batch;
}

const ordinary = [0, 1].map((more) => batchOf(Math.floor(batch_events) + more));

function batchOf(events: number): NewBatch {
  return {
    uuids: Array.from({ length: events }, () => ""),
    days: [],
    rows: " ".repeat(events * habits.play.event_bytes),
    idempotencyKey: undefined,
  };
}
