import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ChatMessage, OwnReaction, Reaction } from "../../../protocol/watch/chat.ts";
import type { WatchMember } from "../../../protocol/watch/member.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { Unsent, Typing as Writing } from "../session.ts";
import { Announcer } from "./announcer.tsx";
import { Message, type MessageActions } from "./chat-message.tsx";
import { Composer } from "./composer.tsx";
import { useDelayed } from "./use-delayed.ts";
import { useTyping } from "./use-typing.ts";

/** How long a deleted message can be taken back. */
const undo_ms = 6_000;
/** Within this of its end the list counts as read, and follows what comes. */
const end_px = 48;
/** Messages of one person this close to each other stand under one name. */
const together_ms = 3 * 60_000;

export type ChatPanelProps = {
  /** The field that messages are written in. */
  input: RefObject<HTMLInputElement | null>;
  /** Oldest first. */
  messages: readonly ChatMessage[];
  /** This person's own reactions to them. */
  reacted: readonly OwnReaction[];
  /** On its way to the room. */
  unsent: readonly Unsent[];
  members: readonly WatchMember[];
  memberId: string | null;
  typing: readonly Writing[];
  mayWrite: boolean;
  /** Why not, when not. */
  silence: string;
  mayModerate: boolean;
  onSay: (text: string, replyTo: number | undefined) => boolean;
  onReact: (messageId: number, emoji: Reaction) => void;
  onDelete: (messageId: number) => void;
  onTyping: () => void;
};

/** What people say to each other while they watch. */
export function ChatPanel(props: ChatPanelProps) {
  const { input, messages, members, memberId, mayWrite, onReact, onDelete } = props;
  const [answering, setAnswering] = useState<ChatMessage | null>(null);
  const [leaving, remove, keep] = useDelayed(onDelete, undo_ms);
  const typing = useTyping(props.typing);
  const { list, atEnd, toEnd, unread, onScroll } = useFollow(messages);
  const names = useMemo(() => members.map(({ name }) => name), [members]);
  const self = useMemo(
    () => ({ id: memberId, name: members.find(({ id }) => id === memberId)?.name ?? null }),
    [members, memberId],
  );
  const reply = useCallback(
    (message: ChatMessage) => {
      setAnswering(message);
      input.current?.focus();
    },
    [input],
  );
  const actions: MessageActions = useMemo(
    () => ({ onReact, onReply: reply, onDelete: remove, onUndoDelete: keep, onShow: show }),
    [onReact, reply, remove, keep],
  );
  const say = (text: string) => {
    const sent = props.onSay(text, answering?.id);
    if (sent) setAnswering(null);
    if (sent) toEnd();
    return sent;
  };
  const reacted = useMemo(
    () => new Map(props.reacted.map(({ messageId, emoji }) => [messageId, emoji])),
    [props.reacted],
  );
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div
          ref={list}
          onScroll={onScroll}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label="Messages"
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain py-3"
        >
          {messages.length + props.unsent.length === 0 && (
            <p className="px-6 py-8 text-center text-sm text-muted">
              Nobody has said anything yet. The room keeps its last 100 messages.
            </p>
          )}
          <ul>
            {messages.map((message, at) => (
              <Message
                key={message.id}
                message={message}
                answered={message.replyTo === undefined ? undefined : byId.get(message.replyTo)}
                continues={continues(messages[at - 1], message)}
                leaving={leaving.has(message.id)}
                own={reacted.get(message.id)}
                names={names}
                self={self}
                mayWrite={mayWrite}
                mayDelete={props.mayModerate || message.by === memberId}
                actions={actions}
              />
            ))}
            {props.unsent.map(({ ref, text }) => (
              <li key={ref} className="px-3 py-0.5 text-muted wrap-anywhere">
                {text} <span className="text-sm italic">sending …</span>
              </li>
            ))}
          </ul>
        </div>
        {!atEnd && unread > 0 && (
          <div className="pointer-events-none absolute inset-x-0 bottom-2 grid place-items-center">
            <Button variant="primary" className="pointer-events-auto shadow-float" onClick={toEnd}>
              {unread} new
              <Icon name="down" size={18} />
            </Button>
          </div>
        )}
      </div>
      <Typing names={namesOf(typing, members, memberId)} />
      {mayWrite ? (
        <Composer
          input={input}
          names={names.filter((name) => name !== self.name)}
          answering={answering}
          onSay={say}
          onTyping={props.onTyping}
          onCancelReply={() => setAnswering(null)}
        />
      ) : (
        <p className="border-t border-line p-4 text-sm text-muted">{props.silence}</p>
      )}
      <Announcer messages={messages} memberId={memberId} />
    </div>
  );
}

/** Its line is always there, so that nothing moves. Not said aloud: it would never end. */
function Typing({ names }: { names: readonly string[] }) {
  const [first, second] = names;
  const words =
    names.length > 2
      ? `${names.length} people are writing …`
      : names.length === 2
        ? `${first} and ${second} are writing …`
        : `${first} is writing …`;
  return (
    <p aria-hidden="true" className="h-6 shrink-0 truncate px-3 text-sm text-muted">
      {names.length > 0 && words}
    </p>
  );
}

function namesOf(
  ids: readonly string[],
  members: readonly WatchMember[],
  memberId: string | null,
): readonly string[] {
  return members.filter(({ id }) => id !== memberId && ids.includes(id)).map(({ name }) => name);
}

function continues(before: ChatMessage | undefined, message: ChatMessage): boolean {
  if (before === undefined || before.deleted || message.replyTo !== undefined) return false;
  return before.by === message.by && message.at_ms - before.at_ms < together_ms;
}

function show(messageId: number): void {
  document.getElementById(`chat-${messageId}`)?.scrollIntoView({ block: "center" });
}

/** Keeps the end of the list in sight for as long as the reader is there. */
function useFollow(messages: readonly ChatMessage[]) {
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const readTo = useRef(0);
  const last = messages.at(-1)?.id ?? 0;
  const toEnd = useCallback(() => {
    setAtEnd(true);
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, []);
  const onScroll = () => {
    const element = list.current;
    if (element === null || element.clientHeight === 0) return;
    setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < end_px);
  };
  useLayoutEffect(() => {
    if (atEnd) list.current?.scrollTo({ top: list.current.scrollHeight });
  });
  useEffect(() => {
    if (atEnd) readTo.current = last;
  }, [atEnd, last]);
  const unread = messages.filter(({ id }) => id > readTo.current).length;
  return { list, atEnd, toEnd, unread, onScroll };
}
