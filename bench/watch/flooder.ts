import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { runPart } from "../../local/process/part.ts";

/** Frames sent at a time, as fast as the socket takes them. */
const burst = 50;
const burstEvery_ms = 10;
const frame = '{"type":"react","emoji":"🔥"}';

export interface FlooderOptions {
  /** The flooder's seat in the room. */
  readonly url: string;
}
export interface FlooderInfo {
  /** `POST /flood` begins; `POST /rest` ends it and answers, as text, how many frames went out. */
  readonly port: number;
}

/**
 * Somebody who sends all they can, and comes back at once whenever they are put out; in a process of
 * its own, so that what it costs itself is not taken for a delay of the others.
 */
await runPart<FlooderOptions, FlooderInfo>(async ({ url }) => {
  let ending = new AbortController();
  let flooding = Promise.resolve(0);
  const rest = async () => {
    ending.abort();
    const sent = await flooding;
    flooding = Promise.resolve(0);
    return sent;
  };
  const http = createServer(async (request, response) => {
    const sent = await rest();
    if (request.url === "/flood") {
      ending = new AbortController();
      flooding = flood(url, ending.signal);
    }
    response.end(String(sent));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    info: { port },
    stop: async () => {
      await rest();
      http.close();
    },
  };
});

/** @returns how many frames it got rid of */
async function flood(url: string, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on("error", () => {});
    const closed = once(socket, "close");
    await Promise.race([once(socket, "open"), closed]);
    while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
      for (let each = 0; each < burst; each++, sent++) socket.send(frame);
      await sleep(burstEvery_ms);
    }
    socket.terminate();
    await closed;
  }
  return sent;
}
