import {
  type ChatMessage,
  chat_max,
  mentions_max,
  type OwnReaction,
  type Reaction,
  reactors_max,
} from "../../protocol/watch/chat.ts";
import { isAtLeast } from "../../protocol/watch/permissions.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { keys } from "./keys.ts";
import { allowed, refuseRole } from "./roles.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";
import type { KeptState, Message } from "./types.ts";

type Up<Type extends WatchUp["type"]> = Extract<WatchUp, { type: Type }>;

/** A message as pages see it. */
export function messageView({ slot: _slot, reactors, ...message }: Message): ChatMessage {
  const counts = new Map<Reaction, number>();
  for (const emoji of Object.values(reactors)) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return { ...message, reactions: [...counts].map(([emoji, count]) => ({ emoji, count })) };
}

/** The cursor of the latest thing that happened in the chat; 0 before anything did. */
export function chatCursor({ chat }: Pick<KeptState, "chat">): number {
  return Math.max(0, ...[...chat.values()].map(({ cursor }) => cursor));
}

/**
 * What somebody who comes in is shown, and whether that is all they missed.
 * @param since the last cursor they know of, undefined for somebody new
 */
export function chatSince(
  kept: Pick<KeptState, "chat">,
  since: number | undefined,
): { readonly messages: ChatMessage[]; readonly complete: boolean } {
  const all = [...kept.chat.values()];
  const oldest = all[0];
  // A cursor the room never gave out belongs to an earlier life of it.
  const known = since !== undefined && since <= chatCursor(kept);
  const wrapped = all.length >= chat_max && oldest !== undefined && oldest.id > (since ?? 0) + 1;
  const missed = known ? all.filter(({ cursor }) => cursor > since) : all;
  return { messages: missed.map(messageView), complete: known && !wrapped };
}

/** What a member reacted with to the messages that are kept; what was emptied has no reactions. */
export function reactionsBy({ chat }: Pick<KeptState, "chat">, member: string): OwnReaction[] {
  return [...chat.values()].flatMap(({ id, reactors }) => {
    const emoji = reactionOf(reactors, member);
    return emoji === undefined ? [] : [{ messageId: id, emoji }];
  });
}

/** A member may be called `constructor`, which every record seems to have. */
function reactionOf(reactors: Message["reactors"], member: string): Reaction | undefined {
  return Object.hasOwn(reactors, member) ? reactors[member] : undefined;
}

export function say(turn: Turn, speaker: Speaker, { text, replyTo, ref }: Up<"say">): void {
  if (!allowed(turn, speaker, "chat", "say")) return;
  const { kept, now_ms } = turn;
  const { id: by, name } = speaker.member;
  const twin = ref === undefined ? undefined : saidUnder(kept, by, ref);
  if (twin !== undefined) {
    turn.send(speaker.peer.connectionId, { type: "chat", message: messageView(twin) });
    return;
  }
  if (replyTo !== undefined && !kept.chat.has(replyTo)) {
    refuseMissing(turn, speaker, "say");
    return;
  }
  const id = chatCursor(kept) + 1;
  const last = [...kept.chat.values()].at(-1);
  const message: Message = {
    id,
    cursor: id,
    slot: last === undefined ? 0 : (last.slot + 1) % chat_max,
    by,
    name,
    text,
    at_ms: now_ms,
    ...(replyTo === undefined ? {} : { replyTo }),
    mentions: mentionsIn(text, kept),
    ...(ref === undefined ? {} : { ref }),
    reactors: {},
  };
  turn.count("watch_chat");
  putMessage(turn, message);
}

/** A reaction flies over the video, or is counted on a message: one from each, the same again takes it back. */
export function react(turn: Turn, speaker: Speaker, { emoji, to }: Up<"react">): void {
  const { id: by } = speaker.member;
  if (to === undefined) {
    turn.tellSoon({ type: "reaction", emoji, by });
    return;
  }
  const message = turn.kept.chat.get(to);
  if (message === undefined || message.deleted) {
    refuseMissing(turn, speaker, "react");
    return;
  }
  const { [by]: earlier, ...others } = message.reactors;
  const reactors = earlier === emoji ? others : { ...others, [by]: emoji };
  if (Object.keys(reactors).length > reactors_max) {
    refuse(turn, speaker, "limit_reached", "No more reactions are counted here.", {
      about: "react",
    });
    return;
  }
  putMessage(turn, { ...message, cursor: chatCursor(turn.kept) + 1, reactors });
  // All of one's pages show it; the count, which everybody is told, does not say whose it is.
  const own = { type: "reacted", messageId: to, emoji: reactionOf(reactors, by) ?? null } as const;
  for (const [connectionId, member] of turn.kept.sockets)
    if (member === by) turn.send(connectionId, own);
}

export function typing(turn: Turn, { member, peer }: Speaker): void {
  const except = peer.connectionId;
  turn.tellSoon({ type: "typing", by: member.id }, { except, key: `typing ${member.id}` });
}

/** Empties a message: its author may, and host and co-hosts. That it was there stays visible. */
export function deleteMessage(turn: Turn, speaker: Speaker, messageId: number): void {
  const message = turn.kept.chat.get(messageId);
  if (message === undefined) {
    refuseMissing(turn, speaker, "delete");
    return;
  }
  if (message.by !== speaker.member.id && !isAtLeast(speaker.role, "cohost")) {
    refuseRole(turn, speaker, "delete");
    return;
  }
  if (message.deleted) return;
  const cursor = chatCursor(turn.kept) + 1;
  putMessage(turn, { ...message, cursor, text: "", mentions: [], reactors: {}, deleted: true });
}

/** Stores a message, new or changed, and tells everybody within some milliseconds. */
function putMessage(turn: Turn, message: Message): void {
  const chat = new Map(turn.kept.chat).set(message.id, message);
  // A new message is written over the oldest one.
  for (const [id, { slot }] of chat)
    if (slot === message.slot && id !== message.id) chat.delete(id);
  turn.keep({ chat }, { [keys.chat(message.slot)]: message });
  turn.tellSoon({ type: "chat", message: messageView(message) });
}

function saidUnder({ chat }: KeptState, by: string, ref: string): Message | undefined {
  return [...chat.values()].find((message) => message.by === by && message.ref === ref);
}

/** Members whose name stands in a text behind an `@`, whole; longer names before those they begin with. */
export function mentionsIn(text: string, { members }: Pick<KeptState, "members">): string[] {
  if (!text.includes("@")) return [];
  const found = [...members.values()]
    .filter(({ name }) => isMentioned(text, name))
    .sort((a, b) => b.name.length - a.name.length || (a.id < b.id ? -1 : 1));
  return found.slice(0, mentions_max).map(({ id }) => id);
}

function isMentioned(text: string, name: string): boolean {
  for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1)) {
    const after = text.slice(at + 1 + name.length);
    if (!/^[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

function refuseMissing(turn: Turn, speaker: Speaker, about: string): void {
  refuse(turn, speaker, "not_found", "That message is not there any more.", { about });
}
