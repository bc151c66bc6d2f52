import { Link } from "wouter";
import type { Standing } from "../../../protocol/match/rest-lobby.ts";
import { momentText } from "../../identity/moment.ts";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { reasonText } from "../words.ts";

/** For somebody who may not call for now, or any more. */
export function Banned({ ban }: { ban: NonNullable<Standing["ban"]> }) {
  const until = ban.expiresAt === null ? "for good" : `until ${momentText(ban.expiresAt)}`;
  return (
    <EmptyState
      title={`You are banned ${until}`}
      actions={
        <>
          <Link href="/match/history" className={buttonClass()}>
            History
          </Link>
          <Link href="/account" className={buttonClass()}>
            My account
          </Link>
        </>
      }
    >
      The reason given: {reasonText(ban.reason)}.{" "}
      {ban.expiresAt === null
        ? "Those who look after this place can lift it."
        : "After that you may call again; until then those who look after this place can lift it."}{" "}
      Your history and your blocks are still yours to see, and under your account you can take along
      or erase what is kept of you.
    </EmptyState>
  );
}
