import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../platform/testing/random.ts";
import { watchMachine } from "../../rooms/watch/machine.ts";
import type { Frame, RoomSocket } from "../conformance/room-socket.ts";
import { ask, enter, newRoom } from "./enter.ts";
import { wakesOf } from "./wakes.ts";

const people = ["ann", "bob", "cho"] as const;
const steps = 30;
/** Below what the room takes of one person at once, for a script may run in no time. */
const commands_max = 9;

/** A run of a script: who is in the room, by tab, and what every tab was ever sent. */
interface Run {
  readonly room: string;
  readonly tabs: RoomSocket[];
  readonly memberOf: Map<RoomSocket, string>;
  readonly all: RoomSocket[];
  seq: number;
  /** Commands by member, who may have only so many at once. */
  readonly commands: Map<string, number>;
}

// To replay a failure, put the seed that its name shows among these.
const seeds = [1, 2, 3, 4, 910_012, Date.now() % 1_000_000];

test.each(seeds)(
  "eviction between any two messages changes nothing that anybody sees (seed %i)",
  async (seed) => {
    const awake = await play(seed, async () => {});
    const evicted = await play(seed, (room) =>
      evictDurableObject(env.WATCH_ROOM.getByName(room), { webSockets: "hibernate" }),
    );
    expect(evicted.seen).toEqual(awake.seen);
    expect(evicted.stored).toEqual(awake.stored);
    expect(awake.wakes).toBe(1);
    expect(evicted.wakes).toBeGreaterThan(steps / 2);
  },
);

/** Runs the script that a seed stands for in a new room, with something done after each step. */
async function play(seed: number, between: (room: string) => Promise<void>) {
  const random = seededRandom(seed);
  const run: Run = {
    room: newRoom(),
    tabs: [],
    memberOf: new Map(),
    all: [],
    seq: 0,
    commands: new Map(),
  };
  await join(run, "ann");
  for (let step = 0; step < steps; step += 1) {
    await act(run, random, step);
    await between(run.room);
  }
  for (const tab of run.tabs) await clock(tab, -1);
  const asked = await ask("parties", run.room, { type: "state" });
  const { playing, members } = await asked.json<{ playing: boolean; members: number }>();
  return {
    seen: run.all.map(({ frames, closed }) => ({ frames: timeless(frames), closed })),
    stored: timeless({ playing, members, anchor: await storedAnchor(run.room) }),
    wakes: wakesOf(run.room),
  };
}

async function act(run: Run, random: Random, step: number): Promise<void> {
  const member = random.pick(people);
  const [which, kind, position_ms] = [random.next(), random.next(), random.below(60_000)];
  const own = run.tabs.filter((tab) => run.memberOf.get(tab) === member);
  const tab = own[Math.floor(which * own.length)];
  // One more would take the place of the oldest.
  const mayOpen = own.length < watchMachine.limits.connections_per_member_max;
  if (tab === undefined || (kind < 0.1 && mayOpen)) return join(run, member);
  if (kind < 0.2 && run.tabs.length > 1) return leave(run, tab);
  if (kind < 0.25) {
    tab.sendRaw("{");
    await tab.next("error");
    return;
  }
  const commands = (run.commands.get(member) ?? 0) + 1;
  if (kind < 0.35 || commands > commands_max) return clock(tab, step);
  run.commands.set(member, commands);
  const type = random.pick(["play", "pause", "seek"]);
  // Now and then on an anchor that somebody has replaced, or one that never was.
  const seq = Math.max(0, run.seq + random.pick([0, 0, 0, -1, 1]));
  tab.send({ type, seq, position_ms });
  if (seq !== run.seq) await tab.next("error", ({ code }) => code === "stale_command");
  else {
    run.seq += 1;
    await tab.next("anchor", ({ anchor }) => (anchor as { seq: number }).seq === run.seq);
  }
}

async function join(run: Run, member: string): Promise<void> {
  const news = ![...run.tabs].some((tab) => run.memberOf.get(tab) === member);
  const told = news ? listens(run.tabs) : undefined;
  const tab = await enter("parties", run.room, member);
  run.tabs.push(tab);
  run.all.push(tab);
  run.memberOf.set(tab, member);
  const { anchor } = await tab.next("welcome");
  expect(anchor).toMatchObject({ seq: run.seq });
  await told?.();
}

async function leave(run: Run, tab: RoomSocket): Promise<void> {
  run.tabs.splice(run.tabs.indexOf(tab), 1);
  const member = run.memberOf.get(tab);
  const news = !run.tabs.some((other) => run.memberOf.get(other) === member);
  const told = news ? listens(run.tabs) : undefined;
  tab.close();
  await tab.whenClosed();
  await expect.poll(() => openSockets(run.room)).toBe(run.tabs.length);
  await told?.();
}

/** Waits until each of these tabs has been told once more who is there; that may take some milliseconds. */
function listens(tabs: readonly RoomSocket[]): () => Promise<void> {
  const lists = ({ frames }: RoomSocket) => frames.filter(({ type }) => type === "members").length;
  const before = tabs.map((tab) => ({ tab, count: lists(tab) }));
  return async () => {
    for (const { tab, count } of before) await tab.until("who is there", () => lists(tab) > count);
  };
}

async function clock(tab: RoomSocket, client_ms: number): Promise<void> {
  tab.send({ type: "clock", client_ms });
  await tab.next("clock", (frame) => frame.client_ms === client_ms);
}

const openSockets = (room: string) =>
  runInDurableObject(
    env.WATCH_ROOM.getByName(room),
    (_, state) =>
      state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN).length,
  );

const storedAnchor = (room: string) =>
  runInDurableObject(env.WATCH_ROOM.getByName(room), (_, state) =>
    state.storage.get<{ anchor: Frame }>("room/anchor"),
  );

/** The same without the moments at which things happened, which differ from run to run. */
function timeless<T>(value: T): T {
  const moments = new Set(["server_ms", "anchorServer_ms"]);
  const text = JSON.stringify(value, (key, field: unknown) =>
    moments.has(key) ? undefined : field,
  );
  return JSON.parse(text) as T;
}
