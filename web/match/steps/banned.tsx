import type { Standing } from "../../../protocol/match/rest-lobby.ts";
import { momentText } from "../../identity/moment.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { reasonText } from "../words.ts";

/** For somebody who may not call for now, or any more. */
export function Banned({ ban }: { ban: NonNullable<Standing["ban"]> }) {
  const until = ban.expiresAt === null ? "for good" : `until ${momentText(ban.expiresAt)}`;
  return (
    <EmptyState title={`You are banned ${until}`}>
      The reason given: {reasonText(ban.reason)}. Your history and your blocks are still yours to
      see.
    </EmptyState>
  );
}
