import { useEffect, useEffectEvent } from "react";

/** What the keyboard can do anywhere on the room's page. */
export interface ShortcutActions {
  readonly togglePlay: () => void;
  readonly skip: (by_ms: number) => void;
  readonly toggleMuted: () => void;
  readonly changeVolume: (by: number) => void;
  readonly toggleSubtitles: () => void;
  readonly toggleFullscreen: () => void;
  readonly writeMessage: () => void;
  readonly showHelp: () => void;
}

const skip_ms = 5_000;
const volumeStep = 0.1;

const table: Readonly<Record<string, (actions: ShortcutActions) => void>> = {
  " ": (actions) => actions.togglePlay(),
  k: (actions) => actions.togglePlay(),
  ArrowLeft: (actions) => actions.skip(-skip_ms),
  ArrowRight: (actions) => actions.skip(skip_ms),
  m: (actions) => actions.toggleMuted(),
  "+": (actions) => actions.changeVolume(volumeStep),
  "-": (actions) => actions.changeVolume(-volumeStep),
  s: (actions) => actions.toggleSubtitles(),
  f: (actions) => actions.toggleFullscreen(),
  c: (actions) => actions.writeMessage(),
  "?": (actions) => actions.showHelp(),
};

/** Listens to the whole page while the room is open; typing and open dialogs are left alone. */
export function useShortcuts(actions: ShortcutActions): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const action = table[event.key];
    if (action === undefined || isTaken(event)) return;
    event.preventDefault();
    action(actions);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/** Whether the key belongs to whatever has focus, or to the browser. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector("dialog[open]") !== null) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  // The seek bar alone is an input whose keys mean the same here as everywhere on the page.
  if (target.matches("input:not([data-seek]), textarea, select, [contenteditable]")) return true;
  return event.key === " " && target.matches("button, a, summary");
}

const list = [
  { keys: ["Space", "K"], does: "Play or pause, for everybody" },
  { keys: ["←", "→"], does: "Five seconds back or on, for everybody" },
  { keys: ["M"], does: "Sound on or off, for you" },
  { keys: ["+", "−"], does: "Louder or quieter, for you" },
  { keys: ["S"], does: "Subtitles on or off, for you" },
  { keys: ["F"], does: "Full screen" },
  { keys: ["C"], does: "Write a message" },
  { keys: ["?"], does: "This list" },
] as const;

export function ShortcutList() {
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-3">
      {list.map(({ keys, does }) => (
        <div key={does} className="contents">
          <dt className="flex gap-1.5">
            {keys.map((key) => (
              <kbd
                key={key}
                className="min-w-8 rounded-md border border-edge bg-sunken px-2 py-0.5 text-center font-mono text-sm"
              >
                {key}
              </kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
