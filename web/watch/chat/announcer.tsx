import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ChatMessage } from "../../../protocol/watch/chat.ts";

/** Screen readers are told of new messages so often at most, all at once. */
const every_ms = 5_000;
const words_max = 160;

type AnnouncerProps = { messages: readonly ChatMessage[]; memberId: string | null };

/**
 * Says new messages to screen readers without talking over the film: one in full, several as a
 * number, and none of one's own. Whoever wants every word reads the list itself.
 */
export function Announcer({ messages, memberId }: AnnouncerProps) {
  const [said, setSaid] = useState("");
  const seen = useRef<number | null>(null);
  const speak = useEffectEvent(() => {
    const last = messages.at(-1)?.id ?? 0;
    // What was there when one came in is no news.
    const since = seen.current ?? last;
    const fresh = messages.filter(
      ({ id, by, deleted }) => id > since && by !== memberId && !deleted,
    );
    seen.current = last;
    if (fresh.length > 0) setSaid(summaryOf(fresh, memberId));
  });
  useEffect(() => {
    const timer = setInterval(() => speak(), every_ms);
    return () => clearInterval(timer);
  }, []);
  const first = messages.length > 0;
  useEffect(() => {
    if (first) speak();
  }, [first]);
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  );
}

/** New messages in one sentence. */
export function summaryOf(fresh: readonly ChatMessage[], memberId: string | null): string {
  const [first, ...more] = fresh;
  if (first === undefined) return "";
  if (more.length === 0) return `${first.name}: ${first.text.slice(0, words_max)}`;
  const names = [...new Set(fresh.map(({ name }) => name))];
  const who = names.length <= 2 ? names.join(" and ") : `${names.length} people`;
  const meant = memberId !== null && fresh.some(({ mentions }) => mentions.includes(memberId));
  return `${fresh.length} new messages from ${who}${meant ? ", one of them mentions you" : ""}`;
}
