import { reactionEmojis } from "../../protocol/watch/chat.ts";
import { currentOf, upcomingOf } from "../../protocol/watch/queue.ts";
import type { SimClient } from "./client.ts";
import { duration_ms, type World } from "./world.ts";

type Act = (world: World, client: SimClient) => void;

/** What people and misfortune do to a room, each with how often. */
const acts: readonly (readonly [weight: number, act: Act])[] = [
  [10, (_, { session }) => void session.command({ type: "play" })],
  [
    8,
    ({ random }, { session, player }) => {
      const position_ms = Math.floor(player?.state().position_ms ?? 0);
      void session.command({ type: "pause", position_ms });
      // Now and then somebody plays before the pause was answered.
      if (random.next() < 0.2) void session.command({ type: "play" });
    },
  ],
  [
    10,
    ({ random }, { session }) =>
      void session.command({ type: "seek", position_ms: random.next() * duration_ms * 0.9 }),
  ],
  // Near its end the item ends, and everybody says so.
  [1, (_, { session }) => void session.command({ type: "seek", position_ms: duration_ms - 3_000 })],
  [
    2,
    ({ random }, { session }) =>
      void session.command({ type: "rate", rate: random.pick([0.5, 1, 1.25, 2]) }),
  ],
  [4, clash],
  [4, (world) => void (world.present().length < 20 && world.join())],
  [2, (world, client) => void (world.present().length > 3 && client.leave())],
  [
    6,
    ({ random }, { link }) =>
      void link?.breakDown(random.next() ** 2 * 20_000, random.next() * 40_000),
  ],
  [6, ({ random }, client) => client.stall(200 + random.next() * 6_000)],
  [1, ({ room }) => room.deploy()],
  [4, (world, { session }) => void session.say(`said at ${world.elapsed_s.toFixed(3)}`)],
  [3, (_, { session }) => session.typing()],
  [2, react],
  [3, ({ random }, { session }) => void session.tell(addition(random.next()))],
  [2, vote],
  [2, skip],
  [1, next],
  [
    1,
    ({ random }, { session }) =>
      void session.tell({ type: "set_options", gate: random.next() < 0.5 }),
  ],
];
const total = acts.reduce((sum, [weight]) => sum + weight, 0);

/** One random act of one random client. */
export function actAtRandom(world: World): void {
  const { random } = world;
  let left = random.next() * total;
  for (const [weight, act] of acts) {
    left -= weight;
    if (left > 0) continue;
    const present = world.present();
    if (present.length > 0) act(world, random.pick(present));
    return;
  }
}

/** Several people do different things at the same moment: one wins, the others see it. */
function clash(world: World): void {
  for (const { session } of world.online()) {
    const draw = world.random.next();
    if (draw < 0.2) void session.command({ type: "play" });
    else if (draw < 0.4) void session.command({ type: "seek", position_ms: draw * 1_000_000 });
    else if (draw < 0.5) void session.command({ type: "pause", position_ms: draw * 1_000_000 });
  }
}

function addition(draw: number) {
  const title = `film ${Math.floor(draw * 1_000)}`;
  const url = `/samples/${Math.floor(draw * 1_000)}.mp4`;
  const source = { kind: "file", url, format: "mp4", title, duration_ms } as const;
  return { type: "queue_add", source } as const;
}

function react({ random }: World, { session }: SimClient): void {
  const emoji = random.pick(reactionEmojis);
  const last = session.snapshot().chat.at(-1)?.id;
  void session.tell(
    last === undefined || random.next() < 0.5
      ? { type: "react", emoji }
      : { type: "react", emoji, to: last },
  );
}

function vote({ random }: World, { session }: SimClient): void {
  const items = upcomingOf(session.snapshot().queue);
  if (items.length === 0) return;
  void session.tell({
    type: "queue_vote",
    itemId: random.pick(items).id,
    vote: random.next() < 0.8,
  });
}

function skip(world: World, { session }: SimClient): void {
  const itemId = currentOf(session.snapshot().queue)?.id;
  if (itemId === undefined) return;
  for (const other of world.online()) void other.session.tell({ type: "skip", itemId, vote: true });
}

function next(_: World, { session }: SimClient): void {
  const itemId = currentOf(session.snapshot().queue)?.id;
  if (itemId !== undefined) void session.tell({ type: "next", itemId });
}
