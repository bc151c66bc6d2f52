import { seededRandom } from "../../platform/testing/random.ts";
import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import type { PlannedAttempt, PlannedPlayer, PlannedSession, World } from "./plan.ts";

/** What a world's players send, each player's in the order it happens. */
export function* eventsOf(world: World): Generator<AnalyticsEventInput> {
  const random = seededRandom(world.seed + 1);
  const uuidAt = (at_ms: number) =>
    makeUuid7(
      at_ms,
      Uint8Array.from({ length: 10 }, () => random.below(256)),
    );
  for (const player of world.players)
    for (const session of player.sessions) yield* eventsOfSession(player, session, uuidAt);
}

export function levelName(level: number): string {
  return `level-${String(level).padStart(2, "0")}`;
}

function eventsOfSession(
  { id: player }: PlannedPlayer,
  planned: PlannedSession,
  uuidAt: (at_ms: number) => string,
): AnalyticsEventInput[] {
  const session = uuidAt(planned.start_ms);
  const at = (at_ms: number) => ({ uuid: uuidAt(at_ms), player, session });
  return [
    { ...at(planned.start_ms), kind: "session_start" },
    ...planned.heartbeats_ms.map((at_ms) => ({ ...at(at_ms), kind: "heartbeat" as const })),
    ...planned.marks.map(({ name, at_ms }) => ({ ...at(at_ms), kind: "event" as const, name })),
    ...planned.attempts.flatMap((attempt) => eventsOfAttempt(attempt, at)),
    ...planned.errors.map(({ name, at_ms }) => ({
      ...at(at_ms),
      kind: "error" as const,
      name,
      message: `it broke: ${name}`,
    })),
    ...planned.purchases.flatMap((purchase) => eventsOfPurchase(purchase, at)),
    ...(planned.end_ms === undefined
      ? []
      : [{ ...at(planned.end_ms), kind: "session_end" as const }]),
  ];
}

type At = (at_ms: number) => { uuid: string; player: string; session: string };

function eventsOfAttempt(planned: PlannedAttempt, at: At): AnalyticsEventInput[] {
  const { attempt, start_ms, duration_ms, outcome, score } = planned;
  const level = levelName(planned.level);
  const start = {
    ...at(start_ms),
    kind: "level" as const,
    level,
    status: "start" as const,
    attempt,
  };
  if (outcome === undefined) return [start];
  const ended = at(start_ms + duration_ms);
  return [start, { ...ended, kind: "level", level, status: outcome, attempt, duration_ms, score }];
}

function eventsOfPurchase(
  {
    transactionId,
    at_ms,
    currency,
    amount_minor,
    refundedAt_ms,
  }: PlannedSession["purchases"][number],
  at: At,
): AnalyticsEventInput[] {
  const paid = { kind: "revenue" as const, store: "play", currency, amount_minor };
  const purchase = { ...at(at_ms), ...paid, transactionId };
  if (refundedAt_ms === undefined) return [purchase];
  const refund = { type: "refund" as const, refundOf: transactionId };
  return [
    purchase,
    { ...at(refundedAt_ms), ...paid, ...refund, transactionId: `${transactionId}-refund` },
  ];
}
