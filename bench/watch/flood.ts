import { setTimeout as sleep } from "node:timers/promises";
import type { WebSocket } from "ws";
import { startPart } from "../../local/process/spawn.ts";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";
import { frameLike, gatherCrowd } from "./crowd.ts";
import type { FlooderInfo, FlooderOptions } from "./flooder.ts";
import type { BenchStack } from "./stack.ts";

const room = "bench-flood";
const people = 9;
const probeEvery_ms = 100;
const window_ms = 4_000;
const rounds = 6;
const ready_ms_max = 20_000;

/**
 * What one client who sends all it can, and comes back whenever it is put out, adds to the round
 * trips of the others in its room: quiet and flooded windows in turn.
 */
export async function measureFlood(stack: BenchStack): Promise<BenchResult> {
  let samples: number[] = [];
  const options: FlooderOptions = { url: await stack.socketUrl(room, people) };
  const flooder = await startPart<FlooderInfo>(
    new URL("./flooder.ts", import.meta.url),
    options,
    ready_ms_max,
  );
  const tell = (what: "flood" | "rest") => command(flooder.info.port, what);
  const quiet: number[] = [];
  const flooded: number[] = [];
  let sent = 0;
  try {
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
    try {
      for (let round = 0; round < 2 * rounds; round++) {
        const flooding = round % 2 === 1;
        if (flooding) await tell("flood");
        samples = [];
        await probe(crowd.sockets);
        (flooding ? flooded : quiet).push(...samples);
        if (flooding) sent += await tell("rest");
      }
    } finally {
      await crowd.close();
    }
  } finally {
    await flooder.stop();
  }
  const quiet_ms = percentile(quiet, 0.95);
  const flooded_ms = percentile(flooded, 0.95);
  return {
    flood_added_p95_ms: rounded(Math.max(0, flooded_ms - quiet_ms)),
    flood_quiet_p95_ms: rounded(quiet_ms),
    flood_p50_ms: rounded(percentile(flooded, 0.5)),
    flood_frames_per_s: rounded(sent / ((rounds * window_ms) / 1000)),
  };
}

async function command(port: number, what: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/${what}`, { method: "POST" });
  return Number(await response.text());
}

/** Everybody asks the time, each at a moment of their own, as people do. */
async function probe(sockets: readonly WebSocket[]): Promise<void> {
  const until_ms = performance.now() + window_ms;
  for (let turn = 0; performance.now() < until_ms; turn++) {
    sockets[turn % sockets.length]?.send(
      JSON.stringify({ type: "clock", client_ms: performance.now() }),
    );
    await sleep(probeEvery_ms / sockets.length);
  }
  await sleep(2 * probeEvery_ms);
}
