import { setTimeout as sleep } from "node:timers/promises";
import type { BenchResult } from "../run.ts";
import { frameLike, gatherCrowd } from "./crowd.ts";
import type { BenchStack } from "./stack.ts";

const people = 5;
/** Both are longer than the ten seconds after which a room sleeps. */
const short_ms = 20_000;
const long_ms = 80_000;
const told_ms_max = 30_000;

interface Counted {
  readonly wakes: number;
  readonly messages: number;
}

/**
 * What people who only watch cost a room in workerd, by the host's own meter: the same visit is paid
 * twice, once a minute longer, and the difference is what that minute took.
 */
export async function measureRest(stack: BenchStack): Promise<BenchResult> {
  const short = await visit(stack, "bench-rest-1", short_ms);
  const long = await visit(stack, "bench-rest-2", long_ms);
  const hours = (long_ms - short_ms) / 3_600_000;
  return {
    rest_visit_wakes: long.wakes,
    rest_visit_messages: long.messages,
    workerd_steady_wakes_per_room_hour: Math.max(0, long.wakes - short.wakes) / hours,
    workerd_steady_messages_per_viewer_hour:
      Math.max(0, long.messages - short.messages) / people / hours,
  };
}

/** Some people come, one plays, all watch for a while, and all go. */
async function visit(stack: BenchStack, room: string, for_ms: number): Promise<Counted> {
  const before = await countsOf(stack);
  const crowd = await gatherCrowd({
    size: people,
    url: (member) => stack.socketUrl(room, member),
    enter: async (socket) => void (await frameLike(socket, /"type":"welcome"/)),
    count: () => 0,
  });
  crowd.sockets[0]?.send(JSON.stringify({ type: "play", seq: 0 }));
  await sleep(for_ms);
  await crowd.close();
  const after = await countsTold(stack, before);
  return { wakes: after.wakes - before.wakes, messages: after.messages - before.messages };
}

/** A room tells what it counted once everybody has gone, and some seconds later it can be read. */
async function countsTold(stack: BenchStack, before: Counted): Promise<Counted> {
  const until_ms = performance.now() + told_ms_max;
  let last = await countsOf(stack);
  while (performance.now() < until_ms) {
    await sleep(3_000);
    const now = await countsOf(stack);
    if (now.wakes > before.wakes && now.wakes === last.wakes && now.messages === last.messages)
      return now;
    last = now;
  }
  throw new Error("the room did not tell what it counted");
}

async function countsOf({ url, metricsToken }: BenchStack): Promise<Counted> {
  const response = await fetch(new URL("/metrics", url), {
    headers: { Authorization: `Bearer ${metricsToken}` },
  });
  const text = await response.text();
  const totalOf = (name: string) =>
    Number(
      new RegExp(`^offrail_${name}_total\\{module="watch"\\} (\\S+)$`, "m").exec(text)?.[1] ?? 0,
    );
  return { wakes: totalOf("room_wakes"), messages: totalOf("socket_messages_in") };
}
