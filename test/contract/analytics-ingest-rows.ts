import type { Random } from "../../platform/testing/random.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { makeUuid7, uuid7Time_ms } from "../../protocol/analytics/uuid7.ts";

const day_ms = 86_400_000;

export function uuidAt(random: Random, time_ms: number): string {
  return makeUuid7(
    time_ms,
    Uint8Array.from({ length: 10 }, () => random.below(256)),
  );
}

/** What players of a small game may have done around a moment: a few days, levels and sessions. */
export function someRows(random: Random, count: number, now_ms: number): EventRow[] {
  const players = Array.from({ length: 6 }, (_, n) => `player ${n}`);
  const sessions = Array.from({ length: 8 }, () =>
    uuidAt(random, now_ms - random.below(8 * day_ms)),
  );
  return Array.from({ length: count }, () => {
    const kind = random.pick([
      "event",
      "level",
      "level",
      "level",
      "sign",
      "sign",
      "error",
      "revenue",
    ]);
    const which = random.below(sessions.length);
    const session = sessions[which] ?? "";
    // Now and then two events share a millisecond, or one lies just beside midnight.
    const midnight_ms = Math.floor(now_ms / day_ms) * day_ms;
    const at_ms =
      kind === "sign"
        ? uuid7Time_ms(session) + random.below(3_600_000)
        : random.pick([
            now_ms - random.below(8 * day_ms),
            midnight_ms - random.below(3) * day_ms + random.pick([-1, 0, 1]),
          ]);
    const row = {
      u: uuidAt(random, at_ms),
      t: at_ms,
      c: at_ms + random.below(1000),
      r: now_ms,
      p: kind === "sign" ? `player ${which % players.length}` : random.pick(players),
    };
    return { ...row, ...detailsOf(random, kind, session) };
  });
}

function detailsOf(
  random: Random,
  kind: string,
  session: string,
): Pick<EventRow, "k"> & Partial<EventRow> {
  if (kind === "event")
    return { k: "event", n: random.pick(["jump", "shop"]), o: { x: random.below(9) } };
  if (kind === "error") return { k: "error", n: "Crash", o: { message: 'it\'s "broken"' } };
  if (kind === "sign")
    return {
      k: random.pick(["session_start", "heartbeat", "heartbeat", "session_end"]),
      s: session,
      b: uuid7Time_ms(session),
    };
  if (kind === "revenue")
    return {
      k: "revenue",
      rs: random.pick(["play", "steam"]),
      rt: `tx ${random.below(1e9)}`,
      ry: random.pick(["purchase", "purchase", "refund"]),
      ra: 1 + random.below(10_000),
      rc: random.pick(["USD", "JPY"]),
      rv: random.next() < 0.5,
    };
  return {
    k: "level",
    l: random.pick(["1", "2", "3"]),
    ls: random.pick(["start", "complete", "fail", "quit"]),
    la: 1 + random.below(5),
    ...(random.next() < 0.5 ? { lc: random.below(1000) } : {}),
    ...(random.next() < 0.5 ? { ld: random.below(100_000) } : {}),
  };
}
