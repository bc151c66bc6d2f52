import type { Random } from "../../../platform/testing/random.ts";
import { LobbyWorld, type Person, someFacts } from "../match/lobby-world.ts";
import { habits } from "./load.ts";
import { Tally } from "./tally.ts";

const tick_ms = 50;
/** From being told of a partner to sitting in the call. */
const seating_ms = { least: 1_000, spread: 2_000 } as const;

export interface LobbyRun {
  readonly people: number;
  /** What goes before the counting, so that most have had a call already. */
  readonly warmUp_s: number;
  readonly run_s: number;
  /** Whether everybody asks for the numbers once, as pages do. */
  readonly looks: boolean;
}

export interface LobbyFigures extends Tally {
  readonly searches: number;
  readonly pairs: number;
  /** The most who waited for a partner at once. */
  waiting_max: number;
}

/**
 * The real lobby as the queue of a region: everybody is connected, searches, is paired, comes to the
 * call and searches again when it is over. There may be more people than a lobby lets in: these are
 * there when it wakes.
 */
export function lobbyRun(
  random: Random,
  { people, warmUp_s, run_s, looks }: LobbyRun,
): LobbyFigures {
  const figures = Object.assign(new Tally(), { searches: 0, pairs: 0, waiting_max: 0 });
  const coming: { readonly at_ms: number; readonly socket: string; readonly callId: string }[] = [];
  const world = new LobbyWorld(random, {
    stepped: (effects, event) => figures.note(event, effects, 0),
    sent: (socket, message) => {
      if (message.type !== "matched") return;
      const at_ms = world.now_ms + seating_ms.least + random.below(seating_ms.spread);
      coming.push({ at_ms, socket, callId: message.callId });
    },
  });
  world.capacity = 2_048;
  const searchers = Array.from({ length: people }, (_, number) => putIn(world, random, number));
  world.sleep();
  const cycle_ms = (habits.match.call_s + habits.match.between_s) * 1_000;
  const nextAt_ms = searchers.map(() => world.now_ms + random.below(cycle_ms));
  const pass = (until_ms: number) => {
    while (world.now_ms < until_ms) {
      world.pass(tick_ms);
      for (const [number, socket] of searchers.entries()) {
        if ((nextAt_ms[number] ?? 0) > world.now_ms) continue;
        nextAt_ms[number] = (nextAt_ms[number] ?? 0) + cycle_ms;
        world.say(socket, { type: "enqueue", wishes: {} });
        if (looks) world.say(socket, { type: "look" });
        figures.searches += 1;
      }
      figures.waiting_max = Math.max(figures.waiting_max, world.state.index.size);
      world.workAll();
      coming.sort((a, b) => b.at_ms - a.at_ms);
      for (let next = coming.at(-1); next && next.at_ms <= world.now_ms; next = coming.at(-1)) {
        coming.pop();
        world.say(next.socket, { type: "seated", callId: next.callId });
        figures.pairs += 0.5;
      }
    }
  };
  pass(world.now_ms + warmUp_s * 1_000);
  Object.assign(figures, new Tally(), { searches: 0, pairs: 0, waiting_max: 0 });
  pass(world.now_ms + run_s * 1_000);
  return figures;
}

function putIn(world: LobbyWorld, random: Random, number: number): string {
  const connectionId = `socket-${number}`;
  const person: Person = {
    ...{ member: `member-${number}`, facts: someFacts(random) },
    ...{ blocks: [], partners: [] },
  };
  world.peers.set(connectionId, { connectionId, claims: world.claims(person) });
  return connectionId;
}
