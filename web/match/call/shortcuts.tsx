import { useEffect, useEffectEvent } from "react";

/** What can be done in a call. */
export interface CallActions {
  readonly toggleMuted: () => void;
  readonly toggleCamera: () => void;
  readonly next: () => void;
  readonly hangUp: () => void;
  readonly writeMessage: () => void;
  readonly report: () => void;
  readonly block: () => void;
  readonly showHelp: () => void;
}

const table: Readonly<Record<string, keyof CallActions>> = {
  m: "toggleMuted",
  v: "toggleCamera",
  n: "next",
  c: "writeMessage",
  r: "report",
  b: "block",
  "?": "showHelp",
};

/** Listens to the whole page during a call; typing and open dialogs are left alone. */
export function useCallShortcuts(actions: CallActions): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const action = table[event.key];
    // A key that is held down must not go through one person after another.
    if (action === undefined || event.repeat || isTaken(event)) return;
    event.preventDefault();
    actions[action]();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector("dialog[open]") !== null) return true;
  const { target } = event;
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

const list = [
  ["M", "Mute or unmute"],
  ["V", "Camera on or off"],
  ["N", "Next person"],
  ["C", "Write a message"],
  ["R", "Report"],
  ["B", "Block"],
  ["?", "This list"],
] as const;

export function ShortcutList() {
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-3">
      {list.map(([key, does]) => (
        <div key={key} className="contents">
          <dt>
            <kbd className="inline-block min-w-8 rounded-md border border-edge bg-sunken px-2 py-0.5 text-center font-mono text-sm">
              {key}
            </kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
