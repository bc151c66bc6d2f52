import type { Anchor } from "../../../protocol/watch/anchor.ts";
import { type ChatMessage, chat_max, type OwnReaction } from "../../../protocol/watch/chat.ts";
import type { WatchDown } from "../../../protocol/watch/down.ts";
import type { WatchMember } from "../../../protocol/watch/member.ts";
import { applyQueueChange, currentOf } from "../../../protocol/watch/queue.ts";
import type { RoomSnapshot, Typing } from "./snapshot.ts";

type Change = Partial<RoomSnapshot>;
type Welcome = Extract<WatchDown, { type: "welcome" }>;

/** How long somebody counts as writing after having said so. */
const typing_ms = 4_000;
const reactions_max = 24;
/** More people than that at once are "several". */
const typing_max = 8;

/**
 * What a message of the room changes of the picture; pure.
 * @param known without any chat, when the welcome will bring all of it
 * @param now_ms local time
 */
export function changeBy(known: RoomSnapshot, message: WatchDown, now_ms: number): Change {
  switch (message.type) {
    case "welcome":
      return welcomed(known, message);
    case "anchor":
      return anchored(known, message.anchor);
    case "gate":
      return message.seq === known.anchor?.seq ? { waitingFor: message.waitingFor } : {};
    case "members":
      return { members: message.members, role: roleIn(message.members, known.memberId) };
    case "options":
      return { options: message.options };
    case "queue":
      return queued(known, message);
    case "chat":
      return said(known, [message.message]);
    case "reacted":
      return { reacted: reactedWith(known, message.messageId, message.emoji) };
    case "reaction": {
      const id = (known.reactions.at(-1)?.id ?? 0) + 1;
      const { emoji, by } = message;
      return { reactions: [...known.reactions, { id, emoji, by }].slice(-reactions_max) };
    }
    case "typing":
      return { typing: typingWith(known.typing, message.by, now_ms) };
    case "bans":
      return { bans: message.bans };
    case "clock":
    case "error":
      return {};
  }
}

/** The room's word stands, also where it is older than what is known: the room itself has lost that. */
function welcomed(known: RoomSnapshot, welcome: Welcome): Change {
  const { memberId, members, options, queue, voted, reacted = [], bans = [] } = welcome;
  return {
    memberId,
    members,
    options,
    queue,
    voted,
    reacted,
    bans,
    role: roleIn(members, memberId),
    typing: [],
    ...said(known, welcome.chat),
    ...adopted(welcome.anchor),
  };
}

function anchored(known: RoomSnapshot, anchor: Anchor): Change {
  return known.anchor === null || anchor.seq > known.anchor.seq ? adopted(anchor) : {};
}

function adopted(anchor: Anchor): Change {
  return { anchor, waitingFor: anchor.waitingFor ?? [] };
}

function queued(known: RoomSnapshot, change: Extract<WatchDown, { type: "queue" }>): Change {
  const queue = applyQueueChange(known.queue, change);
  const ids = new Set(queue.map(({ id }) => id));
  const wasShown = currentOf(known.queue)?.id;
  const isShown = currentOf(queue)?.id;
  // Once an item is shown, votes for it are done with; so are those to skip the one before.
  const over = new Set(wasShown === isShown ? [] : [wasShown, isShown]);
  return { queue, voted: known.voted.filter((id) => ids.has(id) && !over.has(id)) };
}

/** Messages replace their own older versions, and stand in the order in which they were said. */
function said(known: RoomSnapshot, messages: readonly ChatMessage[]): Change {
  if (messages.length === 0) return { chat: known.chat };
  const byId = new Map(known.chat.map((message) => [message.id, message]));
  for (const message of messages)
    if ((byId.get(message.id)?.cursor ?? -1) < message.cursor) byId.set(message.id, message);
  const refs = new Set(messages.map(({ ref }) => ref));
  const authors = new Set(messages.map(({ by }) => by));
  return {
    chat: [...byId.values()].sort((a, b) => a.id - b.id).slice(-chat_max),
    unsent: known.unsent.filter(({ ref }) => !refs.has(ref)),
    typing: known.typing.filter(({ by }) => !authors.has(by)),
  };
}

/** One's own reactions, less those to messages that are forgotten. */
function reactedWith(
  { chat, reacted }: RoomSnapshot,
  messageId: number,
  emoji: OwnReaction["emoji"] | null,
): readonly OwnReaction[] {
  const oldest = chat[0]?.id ?? 0;
  const others = reacted.filter((own) => own.messageId !== messageId && own.messageId >= oldest);
  return emoji === null ? others : [...others, { messageId, emoji }];
}

function typingWith(typing: readonly Typing[], by: string, now_ms: number): readonly Typing[] {
  const others = typing.filter((one) => one.by !== by && one.until_ms > now_ms);
  return [...others, { by, until_ms: now_ms + typing_ms }].slice(-typing_max);
}

function roleIn(members: readonly WatchMember[], memberId: string | null): RoomSnapshot["role"] {
  return members.find(({ id }) => id === memberId)?.role ?? null;
}
