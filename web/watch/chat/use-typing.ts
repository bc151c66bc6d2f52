import { useEffect, useState } from "react";
import { browserRuntime } from "../runtime.ts";
import type { Typing } from "../session.ts";

/** Ids of those who are writing just now: each drops out by itself after a while. */
export function useTyping(typing: readonly Typing[]): readonly string[] {
  const [now_ms, setNow_ms] = useState(browserRuntime.now_ms);
  const last_ms = Math.max(0, ...typing.map(({ until_ms }) => until_ms));
  useEffect(() => {
    const look = () => setNow_ms(browserRuntime.now_ms());
    look();
    const timer = setInterval(() => {
      look();
      if (browserRuntime.now_ms() >= last_ms) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [last_ms]);
  return typing.filter(({ until_ms }) => until_ms > now_ms).map(({ by }) => by);
}
