import {
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type ChatMessage, chat_length_max, chatTextSchema } from "../../../protocol/watch/chat.ts";
import { IconButton } from "../../ui/button.tsx";
import { completed, mentionAt } from "./mention.ts";

type ComposerProps = {
  input: RefObject<HTMLInputElement | null>;
  names: readonly string[];
  answering: ChatMessage | null;
  /** @returns false when it could not be sent; the words then stay */
  onSay: (text: string) => boolean;
  onTyping: () => void;
  onCancelReply: () => void;
};

/** So close to the limit, the letters left are told. */
const left_shown = 60;
const suggestions_max = 5;

/** Where a message is written: one line, with the names of those present after an `@`. */
export function Composer(props: ComposerProps) {
  const { input, names, answering, onSay, onTyping, onCancelReply } = props;
  const id = useId();
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const placed = useRef<number>(null);
  const mention = mentionAt(text, caret);
  const suggested = mention === null ? [] : matching(names, mention.typed);
  const left = chat_length_max - text.length;
  const bad = text.trim() !== "" && !chatTextSchema.safeParse(text).success;

  const complete = (name: string | undefined) => {
    if (mention === null || name === undefined) return;
    const next = completed(text, mention, name);
    setText(next.text);
    setCaret(next.caret);
    placed.current = next.caret;
  };
  // With the text itself, before the next key can come: who writes fast must not be overtaken.
  useLayoutEffect(() => {
    if (placed.current === null) return;
    input.current?.setSelectionRange(placed.current, placed.current);
    placed.current = null;
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "" || bad || !onSay(text.trim())) return;
    setText("");
    setCaret(0);
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      if (suggested.length > 0) setCaret(0);
      else onCancelReply();
      return;
    }
    if (suggested.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen((chosen + step + suggested.length) % suggested.length);
    else if (event.key === "Enter" || event.key === "Tab") complete(suggested[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    <form onSubmit={submit} className="relative border-t border-line p-2">
      {answering !== null && (
        <p className="flex items-center gap-2 pb-1 pl-2 text-sm text-muted">
          <span className="min-w-0 truncate">
            Reply to <b className="font-medium text-ink">{answering.name}</b>: {answering.text}
          </span>
          <IconButton
            icon="close"
            label="Do not reply to it"
            className="ml-auto size-8!"
            onClick={onCancelReply}
          />
        </p>
      )}
      {suggested.length > 0 && (
        <div
          role="listbox"
          id={`${id}-names`}
          aria-label="People to mention"
          className="absolute inset-x-2 bottom-full z-10 rounded-control border border-line bg-surface p-1 shadow-float"
        >
          {suggested.map((name, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, as with every combobox
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
            <div
              key={name}
              role="option"
              id={`${id}-name-${index}`}
              aria-selected={index === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => complete(name)}
              className="min-h-9 truncate rounded-md px-3 py-1.5 aria-selected:bg-accent-soft aria-selected:text-accent"
            >
              @{name}
            </div>
          ))}
        </div>
      )}
      <div className="flex items-center gap-1">
        <input
          ref={input}
          role="combobox"
          aria-label="Message"
          aria-expanded={suggested.length > 0}
          aria-controls={`${id}-names`}
          aria-autocomplete="list"
          aria-activedescendant={suggested.length > 0 ? `${id}-name-${chosen}` : undefined}
          aria-invalid={bad || undefined}
          placeholder="Say something"
          autoComplete="off"
          enterKeyHint="send"
          maxLength={chat_length_max}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setChosen(0);
            if (event.target.value.trim() !== "") onTyping();
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onKeyDown={keyed}
          className="min-h-11 w-full min-w-0 rounded-control border border-edge bg-surface px-3 placeholder:text-muted aria-invalid:border-bad"
        />
        {left <= left_shown && (
          <span className="w-8 shrink-0 text-right text-sm text-muted tabular-nums">
            <span className="sr-only">Letters left: </span>
            {left}
          </span>
        )}
        <IconButton type="submit" icon="send" label="Send" />
      </div>
    </form>
  );
}

function matching(names: readonly string[], typed: string): readonly string[] {
  const wanted = typed.toLowerCase();
  return names.filter((name) => name.toLowerCase().startsWith(wanted)).slice(0, suggestions_max);
}
