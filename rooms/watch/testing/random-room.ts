import type { Random } from "../../../platform/testing/random.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import { position_ms_max } from "../../../protocol/watch/anchor.ts";
import { chat_length_max, reactionEmojis } from "../../../protocol/watch/chat.ts";
import { permissionsSchema } from "../../../protocol/watch/permissions.ts";
import { noDrift } from "../../../protocol/watch/report.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import { watchMachine } from "../machine.ts";
import { claimsOf, film, roomData, type WatchSim } from "./room.ts";

/** What a random run is made of. */
export interface RandomRoom {
  readonly people: number;
  /** Longest step of the clock between two operations, in milliseconds. */
  readonly step_ms_max: number;
  /** Names, texts and addresses as long as may be. */
  readonly large: boolean;
}

/** A member; `constructor` among them, which a careless record would trip over. */
const memberOf = (index: number, large: boolean) =>
  index === 0 ? "constructor" : large ? `m${index}`.padEnd(32, "_") : `m${index}`;

function claims(random: Random, room: WatchSim, { people, large }: RandomRoom): RoomClaims {
  const index = random.below(people);
  const data = roomData({
    session: `session-${random.below(people)}`.padEnd(large ? 64 : 9, "_"),
    public: true,
    gate: random.next() < 0.5,
    media: source(random, large),
  });
  const name = large ? "€".repeat(40) : `Name ${index}`;
  const role = random.pick(["host", "viewer", "viewer", "cohost"]);
  const base = claimsOf(memberOf(index, large), { name, role, data });
  const since = random.below(room.state.kept.chat.size + 2);
  if (random.next() < 0.3) return { ...base, resumed: true, since };
  return random.next() < 0.3 ? { ...base, since } : base;
}

function source(random: Random, large: boolean): Source {
  if (!large) return film(random.pick(["a", "b", "c"]), random.pick([null, 30_000, 60_000]));
  const url = `https://films.test/${"x".repeat(300)}`;
  const subtitles = Array.from({ length: 4 }, () => ({ url, lang: "en", label: "€".repeat(20) }));
  return { kind: "file", url, format: "hls", title: "€".repeat(30), subtitles };
}

/** One thing that happens in a room: somebody comes, goes or says something, time passes, or it sleeps. */
export function happen(room: WatchSim, random: Random, count: number, kind: RandomRoom): void {
  room.now_ms += random.below(kind.step_ms_max);
  room.pass(0);
  const open = [...room.peers.keys()];
  const dice = random.next();
  if (open.length === 0 || (dice < 0.12 && open.length < watchMachine.limits.connections_max))
    room.join(`connection-${count}`.padEnd(36, "-"), claims(random, room, kind));
  else if (dice < 0.2) room.leave(random.pick(open), random.pick([1000, 1001, 1006]));
  else if (dice < 0.203) deploy(room);
  else if (dice < 0.22) room.pass(random.pick([1_000, 10_000, 31_000]));
  else if (dice < 0.2205) room.pass(25 * 3_600_000);
  else if (dice < 0.24) ask(room, random);
  else if (dice < 0.25) answerTask(room, random);
  else room.say(random.pick(open), message(room, random, kind));
}

/** All sockets are gone, and nobody said a word. */
function deploy(room: WatchSim): void {
  room.peers.clear();
  room.sleep();
}

function ask(room: WatchSim, random: Random): void {
  room.ask(
    random.pick([
      { type: "state" },
      { type: "stats" },
      {
        type: "update",
        public: random.next() < 0.5,
        title: "New",
        maxParticipants: 1 + random.below(200),
      },
      { type: "member", memberId: memberOf(random.below(5), false) },
    ]),
  );
}

function answerTask(room: WatchSim, random: Random): void {
  const task = room.tasks.at(-1);
  if (task !== undefined) room.answer({ task: task.type, ok: random.next() < 0.7 });
}

function message(room: WatchSim, random: Random, { people, large }: RandomRoom): WatchUp {
  const { kept } = room.state;
  // What a page last saw, or with some delay an older one.
  const seq = Math.max(0, kept.anchor.seq - random.pick([0, 0, 0, 0, 1, 2]));
  const position_ms = random.pick([0, 1, 59_999.5, 60_000, position_ms_max, random.below(60_000)]);
  const items = [...kept.items.keys(), "nothing"];
  const itemId = random.pick(items);
  const showing = random.next() < 0.8 ? kept.anchor.itemId : itemId;
  const memberId = memberOf(random.below(people + 1), large);
  const messageId = random.pick([...kept.chat.keys(), 9_999]);
  const text = large ? "€".repeat(chat_length_max) : "hello @Name 1";
  const emoji = random.pick(reactionEmojis);
  const role = () => random.pick(["host", "cohost", "viewer"] as const);
  const some = random.next() < 0.5;
  const drift = noDrift().map(() => random.below(1_000));
  return random.pick<WatchUp>([
    { type: "play", seq },
    { type: "play", seq, position_ms },
    { type: "pause", seq },
    { type: "pause", seq, position_ms },
    { type: "seek", seq, position_ms },
    { type: "rate", seq, rate: random.pick([0.5, 1, 2]) },
    { type: "ready", seq },
    { type: "ready", seq: kept.anchor.seq },
    { type: "hello", rtt_ms: random.below(2_500) },
    {
      type: "clock",
      client_ms: position_ms,
      report: { drift, corrections: 1, stalls: 0, resumes: 0, gateWaits: 0 },
    },
    { type: "queue_add", source: source(random, large) },
    { type: "queue_add", source: source(random, large) },
    { type: "queue_remove", itemId },
    { type: "queue_move", itemId, before: some ? null : random.pick(items) },
    { type: "queue_vote", itemId, vote: some },
    { type: "skip", itemId: showing, vote: some },
    { type: "next", itemId: showing, ...(some ? {} : { to: random.pick(items) }) },
    { type: "ended", itemId: showing },
    { type: "history_clear" },
    { type: "say", text, ref: `r${random.below(1_000)}` },
    { type: "say", text, ...(some ? { replyTo: messageId } : {}) },
    { type: "react", emoji, to: messageId },
    { type: "react", emoji },
    { type: "typing" },
    { type: "delete", messageId },
    { type: "kick", memberId },
    { type: some ? "ban" : "unban", memberId },
    { type: "lock", locked: random.next() < 0.1 },
    { type: "set_role", memberId, role: some ? "cohost" : "viewer" },
    { type: "hand_over", memberId },
    {
      type: "set_permissions",
      permissions: permissionsSchema.parse({ control: role(), chat: role(), kick: role() }),
    },
    { type: "set_options", gate: some, maxParticipants: 1 + random.below(200) },
    { type: "bye" },
  ]);
}
