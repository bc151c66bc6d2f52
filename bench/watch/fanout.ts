import { setTimeout as sleep } from "node:timers/promises";
import type { WebSocket } from "ws";
import { startPart } from "../../local/process/spawn.ts";
import { percentile, rounded } from "../interleave.ts";
import { childWith, cpuOf_s } from "../processes.ts";
import type { BenchResult } from "../run.ts";
import { type Crowd, frameLike, gatherCrowd, occurrences } from "./crowd.ts";
import type { BenchStack } from "./stack.ts";

const people = 100;
/** Each tells the room something twice a second: 200 messages a second in all. */
const tellEvery_ms = 500;
/**
 * Every fourth is a reaction over the video, the others are chat: so nobody comes near the two
 * messages of chat a second that a person may say, also where a busy machine bunches some up.
 */
const reactionEvery = 4;
const window_ms = 6_000;
/** What each of the two has to deliver in a window, when it delivers all. */
const deliveries = people * people * (window_ms / tellEvery_ms);
const rounds = 4;
const emoji = "🔥";
const text = "Did you see that? I did not expect it to end like this, at all";

interface Side {
  readonly name: "ours" | "socketio";
  readonly pid: number;
  readonly crowd: Crowd;
  readonly chat: (ref: string) => string;
  readonly reaction: string;
}

/**
 * A room of a hundred in which two hundred things a second are said: what a second of the server's
 * processor delivers, beside Socket.IO doing the same, in turn, on the same machine.
 */
export async function measureFanout(stack: BenchStack): Promise<BenchResult> {
  const other = await startPart<{ port: number }>(
    new URL("./socketio-server.ts", import.meta.url),
    {},
    20_000,
  );
  const sides: Side[] = [];
  try {
    sides.push(await ourSide(stack), await socketIoSide(other.info.port));
    const found = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
    const rates = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const side of sides) {
        const { delivered, cpu_s } = await load(side, round);
        process.stderr.write(
          `${side.name}: ${delivered} of ${deliveries} deliveries, ${cpu_s.toFixed(2)} CPU s\n`,
        );
        // The first round warms up.
        if (round < 0) continue;
        missing += Math.abs(deliveries - delivered);
        found.get(side.name)?.push(delivered / cpu_s);
        rates.get(side.name)?.push(delivered / (window_ms / 1000));
      }
    }
    const middle = (all: ReadonlyMap<string, number[]>, name: Side["name"]) =>
      percentile(all.get(name) ?? [], 0.5);
    const ours = middle(found, "ours");
    const socketIo = middle(found, "socketio");
    return {
      fanout_deliveries_per_cpu_s: rounded(ours),
      fanout_socketio_deliveries_per_cpu_s: rounded(socketIo),
      fanout_ratio: rounded(ours / socketIo),
      fanout_refused: refused,
      fanout_missing: missing,
      fanout_deliveries_per_s: rounded(middle(rates, "ours")),
      fanout_socketio_deliveries_per_s: rounded(middle(rates, "socketio")),
    };
  } finally {
    for (const { crowd } of sides) await crowd.close();
    await other.stop();
  }
}

/** What the room did not take because it came too fast: then the two did not do the same work. */
let refused = 0;
/** Deliveries that were due and did not come, on either side. */
let missing = 0;

async function ourSide(stack: BenchStack): Promise<Side> {
  const crowd = await gatherCrowd({
    size: people,
    url: (member) => stack.socketUrl("bench-fanout", member),
    enter: async (socket) => void (await frameLike(socket, /"type":"welcome"/)),
    count: (frame) => {
      refused += occurrences(frame, '"code":"rate_limited"');
      return occurrences(frame, '"type":"chat"') + occurrences(frame, '"type":"reaction"');
    },
  });
  return {
    name: "ours",
    pid: stack.pid,
    crowd,
    chat: (ref) => JSON.stringify({ type: "say", text, ref }),
    reaction: JSON.stringify({ type: "react", emoji }),
  };
}

/** Speaks Engine.IO 4 and Socket.IO 5 itself: a client library would cost more than the server. */
async function socketIoSide(port: number): Promise<Side> {
  const crowd = await gatherCrowd({
    size: people,
    url: async () => `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
    enter: async (socket) => {
      // The server begins with its handshake, and is then asked to let us in.
      await frameLike(socket, /^0/);
      const connected = frameLike(socket, /^40/);
      socket.send("40");
      await connected;
    },
    count: (frame, socket) => {
      if (frame === "2") socket.send("3");
      return frame.startsWith('42["chat"') || frame.startsWith('42["reaction"') ? 1 : 0;
    },
  });
  return {
    name: "socketio",
    pid: await childWith(process.pid, "socketio-server.ts"),
    crowd,
    chat: (ref) => `42${JSON.stringify(["chat", { text, ref }])}`,
    reaction: `42${JSON.stringify(["react", { emoji }])}`,
  };
}

async function load({ pid, crowd, chat, reaction }: Side, round: number) {
  const before = crowd.delivered();
  const cpuBefore_s = await cpuOf_s(pid);
  const talk = async (socket: WebSocket, member: number) => {
    // Spread evenly, as people are.
    await sleep((member / people) * tellEvery_ms);
    for (let number = 0; number < window_ms / tellEvery_ms; number++) {
      const next = sleep(tellEvery_ms);
      // Some begin with a reaction, others with words.
      const reacts = (member + number) % reactionEvery === 0;
      socket.send(reacts ? reaction : chat(`${member}-${round}-${number}`));
      await next;
    }
  };
  await Promise.all(crowd.sockets.map(talk));
  // What is on its way arrives, and an overloaded server gets done with what it took.
  for (let last = -1; last !== crowd.delivered(); ) {
    last = crowd.delivered();
    await sleep(400);
  }
  const cpu_s = (await cpuOf_s(pid)) - cpuBefore_s;
  return { delivered: crowd.delivered() - before, cpu_s };
}
