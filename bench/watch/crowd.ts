import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/** Sockets opened at a time: a crowd that comes in at once would measure the door. */
const opening = 10;
const answer_ms_max = 30_000;

export interface Crowd {
  readonly sockets: readonly WebSocket[];
  /** What was delivered to all of them since they came. */
  delivered(): number;
  close(): Promise<void>;
}

export interface CrowdOptions {
  readonly size: number;
  readonly url: (member: number) => Promise<string>;
  /** Makes a socket that is just being opened a member, and resolves when it is one. */
  readonly enter: (socket: WebSocket) => Promise<void>;
  /** How many messages of the load are in a frame; answers to the host's own are sent here too. */
  readonly count: (frame: string, socket: WebSocket) => number;
}

/** Many members of one room, on plain sockets, so that the load itself costs little. */
export async function gatherCrowd({ size, url, enter, count }: CrowdOptions): Promise<Crowd> {
  let delivered = 0;
  const sockets: WebSocket[] = [];
  while (sockets.length < size) {
    const many = Math.min(opening, size - sockets.length);
    const members = Array.from({ length: many }, (_, index) => sockets.length + index);
    const opened = members.map(async (member) => {
      const socket = new WebSocket(await url(member), { perMessageDeflate: false });
      // A server may speak at once: whoever enters listens from the beginning.
      await enter(socket);
      socket.on("message", (data) => {
        delivered += count(String(data), socket);
      });
      return socket;
    });
    sockets.push(...(await Promise.all(opened)));
  }
  return {
    sockets,
    delivered: () => delivered,
    close: async () => {
      for (const socket of sockets) socket.close(1000);
      await sleep(300);
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** The first frame that matches. @throws Error when the socket closes or says nothing of the kind */
export function frameLike(socket: WebSocket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      socket.off("message", hear);
      socket.off("close", fail);
    };
    const fail = () => {
      done();
      reject(new Error(`a socket did not say ${pattern}`));
    };
    const hear = (data: unknown) => {
      const frame = String(data);
      if (!pattern.test(frame)) return;
      done();
      resolve(frame);
    };
    const timer = setTimeout(fail, answer_ms_max);
    socket.on("message", hear);
    socket.on("close", fail);
  });
}

/** How often a text stands in another. */
export function occurrences(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++;
  return found;
}
