import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "../../local/stack.ts";
import type { BenchResult } from "../run.ts";
import { measureHeap } from "./heap.ts";
import { Line, lobbyClaims } from "./sockets.ts";

const users = 200;
const idle_ms = 45_000;
const ping_ms = 10_000;
const told_ms_max = 60_000;

/** What people cost who only are there: wakes of the lobby, and memory. */
export async function measureIdle(stack: Stack): Promise<BenchResult> {
  return { ...(await measureWakes(stack)), ...(await measureHeap(stack)) };
}

/**
 * How often a lobby is built anew while 200 people are there, ping, and do nothing. One wake is its
 * beginning, and one is the first of them leaving a lobby that has gone to sleep; without that one it
 * never slept, and the figure would mean nothing.
 */
async function measureWakes(stack: Stack): Promise<BenchResult> {
  const before = await wakes(stack);
  const lines: Line[] = [];
  for (let number = 0; number < users; number += 1) {
    const line = await Line.open(stack, lobbyClaims("eu-bench-idle", `m${number}`));
    await line.next("welcome");
    lines.push(line);
  }
  process.stderr.write(`${users} people do nothing for ${idle_ms / 1000} s\n`);
  const began_ms = performance.now();
  for (let waited_ms = 0; waited_ms < idle_ms; waited_ms += ping_ms) {
    await sleep(ping_ms);
    for (const line of lines) line.ping();
  }
  // Time enough to fall asleep after the pings, if it were they that kept it awake.
  await sleep(12_000);
  const hours = (performance.now() - began_ms) / 3_600_000;
  await Promise.all(lines.map((line) => line.close()));
  const deadline_ms = performance.now() + told_ms_max;
  let total = 0;
  while (total < 2) {
    if (performance.now() > deadline_ms)
      throw new Error("the lobby did not sleep, or did not tell");
    await sleep(1_000);
    total = (await wakes(stack)) - before;
  }
  return { wakes_per_idle_user_hour: (total - 2) / (users * hours), idle_users: users };
}

/** Wakes of lobbies and calls so far, as the Worker tells. */
async function wakes(stack: Stack): Promise<number> {
  const headers = { Authorization: `Bearer ${stack.secrets.metricsToken}` };
  const text = await (await fetch(`${stack.url}/metrics`, { headers })).text();
  const line = text.split("\n").find((one) => /^offrail_room_wakes_total\{[^}]*"match"/.test(one));
  return Number(line?.split(" ").at(-1) ?? 0);
}
