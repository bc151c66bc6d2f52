import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { tailDownSchema } from "../../protocol/analytics/tail.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import type { AnalyticsStack } from "./stack.ts";

const samples = 60;
const wait_ms_max = 20_000;

/** How long it takes from sending an event to seeing it in the tail, in milliseconds. */
export async function tailLatencies_ms(stack: AnalyticsStack): Promise<readonly number[]> {
  const socket = await stack.openTail();
  const sentAt_ms = new Map<string, number>();
  const took_ms: number[] = [];
  socket.addEventListener("message", ({ data }) => {
    const frame: unknown = JSON.parse(String(data));
    const message = tailDownSchema.safeParse(frame);
    if (!message.success || message.data.type !== "events") return;
    for (const { uuid } of message.data.events) {
      const sent_ms = sentAt_ms.get(uuid);
      if (sent_ms !== undefined) took_ms.push(performance.now() - sent_ms);
      sentAt_ms.delete(uuid);
    }
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the tail gave no socket")));
  });
  try {
    for (let n = 0; n < samples; n += 1) {
      const uuid = makeUuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
      const event = { uuid, kind: "event", player: "tail", name: "seen" };
      sentAt_ms.set(uuid, performance.now());
      await stack.send(gzipSync(JSON.stringify({ events: [event] })));
      await pause(50);
    }
    const deadline_ms = performance.now() + wait_ms_max;
    while (sentAt_ms.size > 0 && performance.now() < deadline_ms) await pause(50);
    if (sentAt_ms.size > 0) throw new Error(`${sentAt_ms.size} events never came to the tail`);
    return took_ms;
  } finally {
    socket.close();
  }
}
