import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";
import { frameLike, gatherCrowd } from "./crowd.ts";
import type { BenchStack } from "./stack.ts";

const room = "bench-flood";
const people = 9;
const probeEvery_ms = 100;
const window_ms = 4_000;
const rounds = 5;
/** Frames the flooder sends at a time, as fast as its socket takes them. */
const burst = 50;
const burstEvery_ms = 10;

/**
 * What one client who sends all it can, and comes back whenever it is put out, adds to the round
 * trips of the others in its room: quiet and flooded windows in turn.
 */
export async function measureFlood(stack: BenchStack): Promise<BenchResult> {
  let samples: number[] = [];
  const crowd = await gatherCrowd({
    size: people,
    url: (member) => stack.socketUrl(room, member),
    enter: async (socket) => void (await frameLike(socket, /"type":"welcome"/)),
    count: (frame) => {
      const sent_ms = /"type":"clock","client_ms":([\d.]+)/.exec(frame)?.[1];
      if (sent_ms !== undefined) samples.push(performance.now() - Number(sent_ms));
      return 0;
    },
  });
  const quiet: number[] = [];
  const flooded: number[] = [];
  let sent = 0;
  try {
    for (let round = 0; round < 2 * rounds; round++) {
      const stop = new AbortController();
      const flooding = round % 2 === 1 ? flood(stack, stop.signal) : Promise.resolve(0);
      samples = [];
      await probe(crowd.sockets);
      (round % 2 === 1 ? flooded : quiet).push(...samples);
      stop.abort();
      sent += await flooding;
    }
  } finally {
    await crowd.close();
  }
  const quiet_ms = percentile(quiet, 0.95);
  const flooded_ms = percentile(flooded, 0.95);
  return {
    flood_added_p95_ms: rounded(Math.max(0, flooded_ms - quiet_ms)),
    flood_quiet_p95_ms: rounded(quiet_ms),
    flood_frames_per_s: rounded(sent / ((rounds * window_ms) / 1000)),
  };
}

async function probe(sockets: readonly WebSocket[]): Promise<void> {
  const until_ms = performance.now() + window_ms;
  while (performance.now() < until_ms) {
    for (const socket of sockets)
      socket.send(JSON.stringify({ type: "clock", client_ms: performance.now() }));
    await sleep(probeEvery_ms);
  }
  await sleep(2 * probeEvery_ms);
}

/** @returns how many frames it got rid of */
async function flood(stack: BenchStack, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const socket = new WebSocket(await stack.socketUrl(room, people), { perMessageDeflate: false });
    socket.on("error", () => {});
    const closed = once(socket, "close");
    await Promise.race([once(socket, "open"), closed]);
    while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
      for (let frame = 0; frame < burst; frame++, sent++)
        socket.send('{"type":"react","emoji":"🔥"}');
      await sleep(burstEvery_ms);
    }
    socket.terminate();
    await closed;
  }
  return sent;
}
