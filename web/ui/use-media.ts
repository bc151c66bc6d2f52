import { useMemo, useSyncExternalStore } from "react";

/** Whether a media query holds now, e.g. `(min-width: 64rem)`. */
export function useMedia(query: string): boolean {
  const [subscribe, matches] = useMemo(() => {
    const list = window.matchMedia(query);
    return [
      (listener: () => void) => {
        list.addEventListener("change", listener);
        return () => list.removeEventListener("change", listener);
      },
      () => list.matches,
    ] as const;
  }, [query]);
  return useSyncExternalStore(subscribe, matches);
}
