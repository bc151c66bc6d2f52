import { chatParts } from "./chat-text.ts";

type ChatWordsProps = {
  text: string;
  /** Names of the people who can be meant by `@name`. */
  names: readonly string[];
  /** The reader's own name. */
  self: string | null;
};

/** What somebody said: its links to follow, its mentions in another colour, all else as it is. */
export function ChatWords({ text, names, self }: ChatWordsProps) {
  let at = 0;
  return chatParts(text, names, self).map((part) => {
    const key = at;
    at += part.text.length;
    if (part.kind === "link")
      return (
        <a
          key={key}
          href={part.href}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
          className="text-accent underline underline-offset-3 wrap-anywhere"
        >
          {part.text}
        </a>
      );
    if (part.kind === "mention")
      return (
        <span
          key={key}
          className={`rounded px-0.5 font-medium ${part.self ? "bg-accent text-on-accent" : "bg-accent-soft text-accent"}`}
        >
          {part.text}
        </span>
      );
    return <span key={key}>{part.text}</span>;
  });
}
