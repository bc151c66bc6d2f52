import { type Reaction, reactionEmojis } from "../../../protocol/watch/chat.ts";

/** Said by screen readers in place of the picture, whose own names differ from system to system. */
export const emojiNames: Readonly<Record<Reaction, string>> = {
  "👍": "thumbs up",
  "❤️": "heart",
  "😂": "laughing",
  "😮": "surprised",
  "😢": "sad",
  "😡": "angry",
  "🎉": "party",
  "👏": "applause",
  "🔥": "fire",
  "🤔": "thinking",
  "👀": "eyes",
  "👎": "thumbs down",
};

type EmojiPickerProps = {
  /** What choosing one does, before its name: `React with`. */
  label: string;
  /** The one that stands, where there can be one. */
  chosen?: Reaction | undefined;
  onPick: (emoji: Reaction) => void;
};

/** The few reactions there are, side by side. */
export function EmojiPicker({ label, chosen, onPick }: EmojiPickerProps) {
  return (
    <div className="grid grid-cols-6 gap-1">
      {reactionEmojis.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={`${label} ${emojiNames[emoji]}`}
          aria-pressed={emoji === chosen ? true : undefined}
          title={emojiNames[emoji]}
          onClick={() => onPick(emoji)}
          className="grid size-11 place-items-center rounded-control text-2xl leading-none hover:bg-sunken aria-pressed:bg-accent-soft"
        >
          <span aria-hidden="true">{emoji}</span>
        </button>
      ))}
    </div>
  );
}
