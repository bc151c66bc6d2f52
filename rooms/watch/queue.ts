import { position_ms_max } from "../../protocol/watch/anchor.ts";
import { participants_max } from "../../protocol/watch/member.ts";
import { isAtLeast, mayDo } from "../../protocol/watch/permissions.ts";
import { queue_max, skipVotesNeeded } from "../../protocol/watch/queue.ts";
import type { Source } from "../../protocol/watch/source.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { advance } from "./advance.ts";
import { refuseStale } from "./commands.ts";
import { changeItems, itemsAt, newItemId, viewOf } from "./items.ts";
import { ended_ms_tolerance } from "./limits.ts";
import { presentOf } from "./members.ts";
import { durationNow_ms, positionNow_ms } from "./playback.ts";
import { allowed, atLeast, refuseRole } from "./roles.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";
import type { Item } from "./types.ts";

type Up<Type extends WatchUp["type"]> = Extract<WatchUp, { type: Type }>;

export function add(turn: Turn, speaker: Speaker, source: Source): void {
  if (!allowed(turn, speaker, "queue", "queue_add")) return;
  const waiting = itemsAt(turn.kept, "queue");
  if (waiting.length >= queue_max) {
    refuse(
      turn,
      speaker,
      "limit_reached",
      `The queue takes ${queue_max} items. Take one out first.`,
      {
        about: "queue_add",
      },
    );
    return;
  }
  const { id: addedBy, name: addedByName } = speaker.member;
  const order = 1 + Math.max(0, ...waiting.map((item) => item.order));
  const id = newItemId(turn);
  changeItems(turn, [{ id, source, place: "queue", order, addedBy, addedByName, voters: [] }]);
}

/** Takes out what the speaker added, or as a co-host anything that is not being shown. */
export function remove(turn: Turn, speaker: Speaker, itemId: string): void {
  const item = turn.kept.items.get(itemId);
  if (item === undefined || item.place === "current") {
    refuseMissing(turn, speaker, "queue_remove");
    return;
  }
  const own = item.addedBy === speaker.member.id;
  if (!own && !isAtLeast(speaker.role, "cohost")) {
    refuseRole(turn, speaker, "queue_remove");
    return;
  }
  if (!allowed(turn, speaker, "queue", "queue_remove")) return;
  changeItems(turn, [], [itemId]);
}

export function move(turn: Turn, speaker: Speaker, { itemId, before }: Up<"queue_move">): void {
  if (!allowed(turn, speaker, "queue", "queue_move")) return;
  const waiting = itemsAt(turn.kept, "queue").sort((a, b) => a.order - b.order);
  const item = waiting.find(({ id }) => id === itemId);
  const rest = waiting.filter(({ id }) => id !== itemId);
  const at = before === null ? rest.length : rest.findIndex(({ id }) => id === before);
  if (item === undefined || at < 0) {
    refuseMissing(turn, speaker, "queue_move");
    return;
  }
  const low = rest[at - 1]?.order ?? (rest[at]?.order ?? 1) - 2;
  const high = rest[at]?.order ?? low + 2;
  const order = (low + high) / 2;
  if (order > low && order < high) changeItems(turn, [{ ...item, order }]);
  else {
    // After many moves between the same two there is no number left between them.
    const renumbered = [...rest.slice(0, at), item, ...rest.slice(at)];
    changeItems(
      turn,
      renumbered.map((one, index) => ({ ...one, order: index + 1 })),
    );
  }
}

export function vote(turn: Turn, speaker: Speaker, message: Up<"queue_vote">): void {
  const item = turn.kept.items.get(message.itemId);
  if (item?.place !== "queue") {
    refuseMissing(turn, speaker, "queue_vote");
    return;
  }
  const voted = withVote(turn, speaker, item, message.vote, "queue_vote");
  if (voted !== undefined) changeItems(turn, [voted]);
}

export function skip(turn: Turn, speaker: Speaker, message: Up<"skip">): void {
  const item = turn.kept.items.get(message.itemId);
  // Somebody else's vote was enough a moment ago.
  if (item?.place !== "current") return;
  const voted = withVote(turn, speaker, item, message.vote, "skip");
  if (voted === undefined) return;
  changeItems(turn, [voted]);
  skipIfWanted(turn);
}

/** Goes on when half of those present want it; asked again when somebody leaves. */
export function skipIfWanted(turn: Turn): void {
  const current = turn.kept.items.get(turn.kept.anchor.itemId);
  if (current === undefined || current.voters.length === 0) return;
  const { votes } = viewOf(turn.kept, current);
  if (votes >= skipVotesNeeded(presentOf(turn.kept).length)) {
    turn.count("watch_skip");
    advance(turn, undefined, null);
  }
}

export function next(turn: Turn, speaker: Speaker, { itemId, to }: Up<"next">): void {
  if (!atLeast(turn, speaker, "cohost", "next")) return;
  if (itemId !== turn.kept.anchor.itemId) {
    refuseStale(turn, speaker, "next");
    return;
  }
  const target = to === undefined ? undefined : turn.kept.items.get(to);
  const none = to === undefined ? itemsAt(turn.kept, "queue").length === 0 : target === undefined;
  if (none || target?.place === "current") {
    refuseMissing(turn, speaker, "next");
    return;
  }
  advance(turn, target, speaker.member.id);
}

/**
 * A player came to the end of the item. The first to say so moves the room on; the others speak of
 * an item that is no longer shown. Nobody can end what has not come to its end: that is known from
 * its length, or, where nobody knows it, believed of those who may move the video anyway.
 */
export function ended(turn: Turn, speaker: Speaker, itemId: string): void {
  const { kept, now_ms } = turn;
  if (itemId !== kept.anchor.itemId || !kept.anchor.playing) return;
  const duration_ms = durationNow_ms(kept);
  const near = positionNow_ms(kept, now_ms) >= duration_ms - ended_ms_tolerance;
  const table = kept.options?.permissions;
  const unknown = duration_ms === position_ms_max;
  const believed = unknown && table !== undefined && mayDo(speaker.role, "control", table);
  if (near || believed) advance(turn, undefined, null);
  else turn.count("watch_ended_early");
}

export function clearHistory(turn: Turn, speaker: Speaker): void {
  if (!atLeast(turn, speaker, "cohost", "history_clear")) return;
  const shown = itemsAt(turn.kept, "history").map(({ id }) => id);
  if (shown.length > 0) changeItems(turn, [], shown);
}

/** The item with a vote given or taken; undefined when that changes nothing, or cannot be. */
function withVote(
  turn: Turn,
  speaker: Speaker,
  item: Item,
  vote: boolean,
  about: string,
): Item | undefined {
  const { id } = speaker.member;
  const others = item.voters.filter((voter) => voter !== id);
  if (vote === others.length < item.voters.length) return undefined;
  if (vote && others.length >= participants_max) {
    refuse(turn, speaker, "limit_reached", "No more votes are counted here.", { about });
    return undefined;
  }
  return { ...item, voters: vote ? [...others, id] : others };
}

function refuseMissing(turn: Turn, speaker: Speaker, about: string): void {
  refuse(
    turn,
    speaker,
    "not_found",
    "There is no such item in the queue any more. Choose another one.",
    { about },
  );
}
