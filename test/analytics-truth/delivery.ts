import { seededRandom } from "../../platform/testing/random.ts";
import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { uuid7Time_ms } from "../../protocol/analytics/uuid7.ts";
import { eventsOf } from "./events.ts";
import type { World } from "./plan.ts";

const day_ms = 86_400_000;

/**
 * The order in which a world's events reach the server: mostly as they happen, but one in twenty
 * comes days late, batches are torn apart, and every tenth batch comes twice.
 */
export function* deliveriesOf(
  world: World,
  size: number,
): Generator<readonly AnalyticsEventInput[]> {
  const random = seededRandom(world.seed + 2);
  const arriving = [...eventsOf(world)].map((event) => {
    const late = random.next() < 0.05 ? random.below(7 * day_ms) : random.below(60_000);
    return { event, arrives_ms: uuid7Time_ms(event.uuid) + late };
  });
  arriving.sort((a, b) => a.arrives_ms - b.arrives_ms);
  for (let at = 0; at < arriving.length; at += size) {
    const batch = arriving.slice(at, at + size).map(({ event }) => event);
    yield batch;
    // The answer was lost, and the client has added to the batch since.
    if (random.next() < 0.1)
      yield [...batch.slice(random.below(batch.length)), ...batch.slice(0, 3)];
  }
}

/** An event as the ingest statement reads it, received when it happened. */
export function rowOf(event: AnalyticsEventInput): EventRow {
  const t = uuid7Time_ms(event.uuid);
  const common = { u: event.uuid, k: event.kind, t, c: t, r: t, p: event.player };
  const session =
    event.session === undefined ? {} : { s: event.session, b: uuid7Time_ms(event.session) };
  return { ...common, ...session, ...ownFields(event) };
}

function ownFields(event: AnalyticsEventInput): Partial<EventRow> {
  switch (event.kind) {
    case "event":
      return { n: event.name, ...(event.props ? { o: event.props } : {}) };
    case "error":
      return { n: event.name ?? "error", o: { message: event.message } };
    case "level":
      return {
        ...{ l: event.level, ls: event.status, la: event.attempt ?? 1 },
        ...(event.score === undefined ? {} : { lc: event.score }),
        ...(event.duration_ms === undefined ? {} : { ld: event.duration_ms }),
      };
    case "revenue":
      return {
        ...{ rs: event.store, rt: event.transactionId, ry: event.type ?? "purchase" },
        ...{ ra: event.amount_minor, rc: event.currency, rv: false },
        ...(event.refundOf === undefined ? {} : { ro: event.refundOf }),
      };
    default:
      return {};
  }
}
