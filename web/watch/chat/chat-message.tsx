import { memo, useState } from "react";
import type { ChatMessage, Reaction } from "../../../protocol/watch/chat.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { ChatWords } from "./chat-words.tsx";
import { EmojiPicker, emojiNames } from "./emoji-picker.tsx";

export type MessageActions = {
  readonly onReact: (messageId: number, emoji: Reaction) => void;
  readonly onReply: (message: ChatMessage) => void;
  readonly onDelete: (messageId: number) => void;
  readonly onUndoDelete: (messageId: number) => void;
  readonly onShow: (messageId: number) => void;
};

type MessageProps = {
  message: ChatMessage;
  /** The message it answers, if the room still has it. */
  answered: ChatMessage | undefined;
  /** Said by the same person right after the one before: the name is not said again. */
  continues: boolean;
  /** This person's own reaction to it. */
  own: Reaction | undefined;
  /** About to be deleted, and not yet. */
  leaving: boolean;
  names: readonly string[];
  self: { readonly id: string | null; readonly name: string | null };
  mayWrite: boolean;
  mayDelete: boolean;
  actions: MessageActions;
};

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** One message, with what can be done about it. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, answered, continues, leaving, names, self, actions } = props;
  const [open, setOpen] = useState(false);
  const meant = self.id !== null && message.mentions.includes(self.id);
  if (message.deleted || leaving)
    return (
      <li
        id={`chat-${message.id}`}
        className="flex items-center gap-2 px-3 py-1 text-sm text-muted"
      >
        <p className="italic">
          {message.name}
          {"’"}s message was deleted
        </p>
        {leaving && !message.deleted && (
          <button
            type="button"
            onClick={() => actions.onUndoDelete(message.id)}
            className="min-h-8 px-1 font-medium text-accent underline underline-offset-3"
          >
            Undo
          </button>
        )}
      </li>
    );
  return (
    <li
      id={`chat-${message.id}`}
      className={`group relative px-3 py-0.5 hover:bg-sunken focus-within:bg-sunken ${continues ? "" : "mt-2"} ${meant ? "border-l-3 border-accent bg-accent-soft" : ""}`}
    >
      {message.replyTo !== undefined && <Quote answered={answered} onShow={actions.onShow} />}
      {!continues && (
        <p className="flex items-baseline gap-2">
          <span className="min-w-0 truncate font-semibold">{message.name}</span>
          <time
            dateTime={new Date(message.at_ms).toISOString()}
            className="shrink-0 text-xs text-muted tabular-nums"
          >
            {clock.format(message.at_ms)}
          </time>
        </p>
      )}
      {continues && <span className="sr-only">{message.name}: </span>}
      <p className="wrap-anywhere">
        <ChatWords text={message.text} names={names} self={self.name} />
      </p>
      <Reactions message={message} own={props.own} onReact={actions.onReact} />
      <div className="absolute -top-3 right-2 flex rounded-control border border-line bg-surface shadow-card pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100 pointer-coarse:top-0 pointer-coarse:border-transparent pointer-coarse:bg-transparent pointer-coarse:shadow-none">
        <SmallButton
          icon="smile"
          label={`React to ${message.name}’s message`}
          onClick={() => setOpen(true)}
        />
        {props.mayWrite && (
          <SmallButton
            icon="reply"
            label={`Reply to ${message.name}`}
            className="pointer-coarse:hidden"
            onClick={() => actions.onReply(message)}
          />
        )}
        {props.mayDelete && (
          <SmallButton
            icon="bin"
            label={`Delete ${message.name}’s message`}
            className="pointer-coarse:hidden"
            onClick={() => actions.onDelete(message.id)}
          />
        )}
      </div>
      <MessageDialog {...props} open={open} onClose={() => setOpen(false)} />
    </li>
  );
});

/** The message being answered, in one line; a click goes there. */
function Quote({
  answered,
  onShow,
}: {
  answered: ChatMessage | undefined;
  onShow: MessageActions["onShow"];
}) {
  if (answered === undefined || answered.deleted)
    return <p className="truncate text-sm text-muted italic">In reply to a message that is gone</p>;
  return (
    <button
      type="button"
      onClick={() => onShow(answered.id)}
      className="flex max-w-full gap-1.5 border-l-2 border-edge pl-2 text-left text-sm text-muted hover:text-ink"
    >
      <span className="sr-only">In reply to </span>
      <span className="shrink-0 font-medium">{answered.name}</span>
      <span className="truncate">{answered.text}</span>
    </button>
  );
}

function Reactions({
  message,
  own,
  onReact,
}: {
  message: ChatMessage;
  own: Reaction | undefined;
  onReact: MessageActions["onReact"];
}) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1 py-1">
      {message.reactions.map(({ emoji, count }) => (
        <li key={emoji}>
          <button
            type="button"
            onClick={() => onReact(message.id, emoji)}
            aria-pressed={emoji === own}
            aria-label={`${emojiNames[emoji]}, ${count}`}
            title={emoji === own ? "Take yours back" : "React with this too"}
            className="inline-flex min-h-8 items-center gap-1.5 rounded-full border border-line bg-surface px-2.5 text-sm tabular-nums hover:border-edge aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <span aria-hidden="true">{emoji}</span>
            {count}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Everything that can be done about a message, within reach of a thumb. */
function MessageDialog(props: MessageProps & { open: boolean; onClose: () => void }) {
  const { message, actions, mayWrite, mayDelete, open, onClose } = props;
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Dialog open={open} title={`React to ${message.name}’s message`} onClose={onClose}>
      <p className="mb-3 line-clamp-2 text-muted wrap-anywhere">{message.text}</p>
      <EmojiPicker
        label="React with"
        chosen={props.own}
        onPick={(emoji) => then(() => actions.onReact(message.id, emoji))()}
      />
      <div className="mt-4 flex flex-wrap gap-3 empty:hidden">
        {mayWrite && (
          <Button onClick={then(() => actions.onReply(message))}>
            <Icon name="reply" size={18} />
            Reply
          </Button>
        )}
        {mayDelete && (
          <Button variant="danger" onClick={then(() => actions.onDelete(message.id))}>
            <Icon name="bin" size={18} />
            Delete
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function SmallButton({
  icon,
  label,
  className = "",
  onClick,
}: {
  icon: IconName;
  label: string;
  className?: string;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className={`grid size-9 place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink ${className}`}
    >
      <Icon name={icon} size={18} />
    </button>
  );
}
