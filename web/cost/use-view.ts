import { useEffect, useRef, useState } from "react";
import { useSearch } from "wouter";
import { queryOf, type View, viewOf } from "./view.ts";

/** Browsers take only so many new addresses a second, and a slider makes more. */
const settled_ms = 250;

/** What the reader chose, kept in the page's address. */
export function useView(): [View, (change: Partial<View>) => void] {
  const asked = queryOf(viewOf(useSearch()));
  const [view, setView] = useState(() => viewOf(asked));
  const written = useRef(asked);
  // Another address of this page that we did not write: a link to it was followed.
  useEffect(() => {
    if (asked === written.current) return;
    written.current = asked;
    setView(viewOf(asked));
  }, [asked]);
  useEffect(() => {
    const query = queryOf(view);
    if (query === written.current) return;
    const timer = setTimeout(() => {
      written.current = query;
      window.history.replaceState(null, "", `${window.location.pathname}${query}`);
    }, settled_ms);
    return () => clearTimeout(timer);
  }, [view]);
  return [view, (change) => setView((old) => ({ ...old, ...change }))];
}
