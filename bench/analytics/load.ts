import { gzipSync } from "node:zlib";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";

export const batch_events = 500;

/** An event as a small game has it: some 280 bytes of JSON. */
function eventOf(player: number, n: number) {
  const uuid = makeUuid7(Date.now() - (n % 60_000), crypto.getRandomValues(new Uint8Array(10)));
  const common = { uuid, player: `player-${player % 2_000}` };
  if (n % 4 === 0)
    return {
      ...common,
      kind: "level",
      level: `level-${n % 40}`,
      status: (["start", "complete", "fail", "quit"] as const)[(n >> 2) % 4],
      attempt: 1 + (n % 5),
      duration_ms: 1_000 + n,
    };
  const props = { screen: "tower", item: `sword-${n % 17}`, coins: n % 1_000, difficulty: "hard" };
  return { ...common, kind: "event", name: `action-${n % 30}`, props };
}

/** A batch of one player's events, as text and packed. */
export function batchOf(player: number) {
  const events = Array.from({ length: batch_events }, (_, n) => eventOf(player, n));
  const text = JSON.stringify({
    sentAt_ms: Date.now(),
    appVersion: "1.2.3",
    platform: "web",
    events,
  });
  return { text, packed: gzipSync(text, { level: 1 }) };
}

/** Runs so many clients, each of which sends its next batch when the last one is answered. */
export async function closedLoop(
  clients: number,
  batches: number,
  send: (batch: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const began_ms = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let own = next++; own < batches; own = next++) await send(own);
    }),
  );
  return (performance.now() - began_ms) / 1000;
}
