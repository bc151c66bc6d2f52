import { useCallback, useEffect, useRef, useState } from "react";

/**
 * Things that are done only after a moment in which a person can take them back. Whoever leaves the
 * page has them done at once.
 * @param delay_ms how long there is for second thoughts
 * @returns what is about to be done, a way to set it going, and a way to take it back
 */
export function useDelayed<Key>(
  act: (key: Key) => void,
  delay_ms: number,
): readonly [ReadonlySet<Key>, (key: Key) => void, (key: Key) => void] {
  const [pending, setPending] = useState<ReadonlySet<Key>>(new Set());
  const timers = useRef(new Map<Key, ReturnType<typeof setTimeout>>());
  const latest = useRef(act);
  latest.current = act;

  const forget = useCallback((key: Key) => {
    clearTimeout(timers.current.get(key));
    timers.current.delete(key);
    setPending(new Set(timers.current.keys()));
  }, []);
  const begin = useCallback(
    (key: Key) => {
      if (timers.current.has(key)) return;
      const done = () => {
        forget(key);
        latest.current(key);
      };
      timers.current.set(key, setTimeout(done, delay_ms));
      setPending(new Set(timers.current.keys()));
    },
    [delay_ms, forget],
  );
  useEffect(() => {
    const all = timers.current;
    return () => {
      for (const [key, timer] of all) {
        clearTimeout(timer);
        latest.current(key);
      }
      all.clear();
    };
  }, []);
  return [pending, begin, forget];
}
