import { type FormEvent, type Ref, useEffect, useRef, useState } from "react";
import { callChat_length_max } from "../../../protocol/match/call-up.ts";
import { IconButton } from "../../ui/button.tsx";
import type { CallSnapshot } from "./snapshot.ts";

type CallChatPanelProps = {
  snapshot: CallSnapshot;
  input: Ref<HTMLInputElement>;
  onSay: (text: string) => void;
};

/** The text beside the call, for what the microphone does not say. */
export function CallChatPanel({ snapshot, input, onSay }: CallChatPanelProps) {
  const { chat, unsent, partner } = snapshot;
  const [text, setText] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const lines = chat.length + unsent.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the last line is shown when one comes
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [lines]);
  const say = (event: FormEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (line === "") return;
    onSay(line);
    setText("");
  };
  return (
    <section
      aria-label="Chat"
      className="flex h-64 min-h-0 flex-col rounded-card border border-line bg-surface lg:h-auto lg:flex-1"
    >
      <ul
        ref={list}
        aria-live="polite"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 space-y-2 overflow-y-auto p-4"
      >
        {lines === 0 && (
          <li className="text-muted">Only you and {partner.name} see this, until the call ends.</li>
        )}
        {chat.map(({ mine, key, text: said }) => (
          <Line key={`${mine}/${key}`} mine={mine} name={partner.name} text={said} />
        ))}
        {unsent.map(({ key, text: said }) => (
          <Line key={key} mine name={partner.name} text={said} waiting />
        ))}
      </ul>
      <form onSubmit={say} className="flex gap-1 border-t border-line p-2">
        <input
          ref={input}
          aria-label="Message"
          placeholder="Write a message"
          autoComplete="off"
          maxLength={callChat_length_max}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="min-h-11 min-w-0 flex-1 rounded-control bg-surface px-3 text-base placeholder:text-muted"
        />
        <IconButton type="submit" icon="send" label="Send" />
      </form>
    </section>
  );
}

type LineProps = { mine: boolean; name: string; text: string; waiting?: boolean };

function Line({ mine, name, text, waiting = false }: LineProps) {
  return (
    <li className={mine ? "flex justify-end" : "flex"}>
      <p
        className={`max-w-[85%] rounded-card px-3 py-1.5 break-words ${mine ? "bg-accent-soft" : "bg-sunken"}`}
      >
        <span className="sr-only">{mine ? "You" : name}: </span>
        {text}
        {waiting && <span className="block text-xs text-muted">Not sent yet</span>}
      </p>
    </li>
  );
}
