import { useEffect, useState, useSyncExternalStore } from "react";
import type { Profile } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { CallView } from "../call/call-view.tsx";
import { useFreshStanding } from "../standing.ts";
import { useStore } from "../use-store.ts";
import { After } from "./after.tsx";
import { Check } from "./check.tsx";
import { Ready } from "./ready.tsx";
import { Search } from "./search.tsx";
import { type Match, useMatch } from "./use-match.ts";

/** Where calls are: the check before, the search, the call, and what comes after. */
export function Desk({ userId, profile }: { userId: string; profile: Profile }) {
  const match = useMatch(userId);
  return match && <Stages match={match} profile={profile} />;
}

function Stages({ match: { session, media }, profile }: { match: Match; profile: Profile }) {
  const stage = useSyncExternalStore(session.subscribe, session.stage);
  const lobby = useStore(session.lobby);
  const [wishes, setWishes] = useState<Wishes>({});
  const freshStanding = useFreshStanding();
  const { connection } = lobby;
  // The lobby turns away whom a ban or newer rules keep out: the page then says which it is.
  useEffect(() => {
    if (connection.kind === "ended") void freshStanding();
  }, [connection, freshStanding]);
  if (stage.name === "call")
    return <CallView key={stage.seat.callId} call={stage.call} session={session} media={media} />;
  if (stage.name === "after")
    return (
      <After
        key={stage.past.callId}
        past={stage.past}
        onNext={() => session.search(wishes)}
        onDone={() => session.dismiss()}
      />
    );
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <Check media={media} />
      {stage.name === "searching" ? (
        <Search lobby={lobby} onCancel={() => session.cancel()} />
      ) : (
        <Ready
          lobby={lobby}
          media={media}
          profile={profile}
          wishes={wishes}
          onWishes={setWishes}
          onSearch={() => session.search(wishes)}
          onRetry={() => session.lobby.retry()}
        />
      )}
    </div>
  );
}
