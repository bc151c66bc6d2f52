import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";
import { frameLike, gatherCrowd } from "./crowd.ts";
import { startDelayProxy } from "./delay-proxy.ts";
import type { BenchStack } from "./stack.ts";

const room = "bench-resume";
const people = 20;
const said = 5;
const way_ms = 40;
const resumes = 60;

/**
 * What it takes to be back: the socket is cut off, and a resume token opens the next one over a line
 * of 80 ms, until its welcome is there with all that was missed. The TCP connection itself is made
 * before the line begins, so what is counted is the upgrade and the welcome.
 */
export async function measureResume(stack: BenchStack): Promise<BenchResult> {
  const crowd = await gatherCrowd({
    size: people,
    url: (member) => stack.socketUrl(room, member),
    enter: async (socket) => void (await frameLike(socket, /"type":"welcome"/)),
    count: () => 0,
  });
  const proxy = await startDelayProxy(Number(new URL(stack.url).port), way_ms);
  try {
    for (const [member, socket] of crowd.sockets.entries())
      for (let line = 0; line < said; line++)
        socket.send(
          JSON.stringify({ type: "say", text: "x".repeat(80), ref: `${member}-${line}` }),
        );
    await sleep(1_000);
    const took_ms: number[] = [];
    for (let count = 0; count < resumes; count++) {
      const member = 1 + (count % (people - 1));
      crowd.sockets[member]?.terminate();
      // Every third time the chat must come whole, as after a long absence.
      const since = count % 3 === 0 ? 0 : people * said - 10;
      took_ms.push(await comeBack(await stack.resumeUrl(room, member, since, proxy.port)));
      await sleep(50);
    }
    // How often the line was crossed shows in the middle of all; what lies above is the servers'.
    const trips = Math.max(1, Math.floor(percentile(took_ms, 0.5) / (2 * way_ms)));
    const extra_ms = (share: number) => rounded(percentile(took_ms, share) - trips * 2 * way_ms);
    return {
      resume_p95_rtts: trips,
      resume_extra_p50_ms: extra_ms(0.5),
      resume_extra_p95_ms: extra_ms(0.95),
    };
  } finally {
    proxy.stop();
    await crowd.close();
  }
}

async function comeBack(url: string): Promise<number> {
  const began_ms = performance.now();
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const welcome = await frameLike(socket, /"type":"welcome"/);
  const took_ms = performance.now() - began_ms;
  if (!welcome.includes('"recovered":true')) throw new Error("the room did not keep the place");
  socket.terminate();
  await once(socket, "close");
  return took_ms;
}
