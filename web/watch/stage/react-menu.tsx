import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Reaction } from "../../../protocol/watch/chat.ts";
import { IconButton } from "../../ui/button.tsx";
import { EmojiPicker } from "../chat/emoji-picker.tsx";

/** A button that opens the reactions above itself; they stay open, because people clap more than once. */
export function ReactMenu({ onReact }: { onReact: (emoji: Reaction) => void }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const leave = useEffectEvent((event: Event) => {
    const isKey = event instanceof KeyboardEvent;
    const inside = event.target instanceof Node && root.current?.contains(event.target);
    if (isKey ? event.key === "Escape" : !inside) setOpen(false);
    if (isKey && event.key === "Escape" && inside)
      root.current?.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  });
  useEffect(() => {
    if (!open) return;
    const listener = (event: Event) => leave(event);
    document.addEventListener("pointerdown", listener);
    document.addEventListener("keydown", listener);
    return () => {
      document.removeEventListener("pointerdown", listener);
      document.removeEventListener("keydown", listener);
    };
  }, [open]);
  return (
    <div ref={root} className="relative">
      <IconButton
        icon="smile"
        label="React over the video"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div className="absolute right-0 bottom-full z-20 mb-2 w-max rounded-card border border-line bg-surface p-2 shadow-float max-sm:-right-24">
          <EmojiPicker label="React with" onPick={onReact} />
        </div>
      )}
    </div>
  );
}
