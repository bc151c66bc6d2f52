import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

/** Also read by `public/theme.js`, before the first paint. */
const storageKey = "offrail:theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    systemDark.removeEventListener("change", listener);
  };
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return systemDark.matches ? "dark" : "light";
}

/**
 * Chooses a theme and remembers it in this browser. A choice that equals the system's is forgotten
 * instead, so that the page follows the system again.
 */
function chooseTheme(theme: Theme): void {
  const root = document.documentElement;
  const followsSystem = (theme === "dark") === systemDark.matches;
  if (followsSystem) delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    if (followsSystem) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // Storage can be forbidden; the choice then holds until the page is left.
  }
  for (const listener of listeners) listener();
}

/** The theme now shown, and the way to choose the other. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, currentTheme), chooseTheme];
}
