import type { Profile } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { Button } from "../../ui/button.tsx";
import { ConnectionBadge } from "../../ui/connection-badge.tsx";
import { Face } from "../face.tsx";
import type { LobbySnapshot } from "../lobby-session.ts";
import type { LocalMedia } from "../local-media.ts";
import { useStore } from "../use-store.ts";
import { noticeText } from "../words.ts";
import { WishesForm } from "./wishes-form.tsx";

type ReadyProps = {
  lobby: LobbySnapshot;
  media: LocalMedia;
  profile: Profile;
  wishes: Wishes;
  onWishes: (wishes: Wishes) => void;
  onSearch: () => void;
  onRetry: () => void;
};

/** All is there: whom to meet, and the way in. */
export function Ready(props: ReadyProps) {
  const { lobby, media, profile, wishes, onWishes, onSearch, onRetry } = props;
  const { state } = useStore(media);
  const { connection, counts, notice } = lobby;
  const away = connection.kind === "offline" || connection.kind === "ended";
  const people = counts && counts.online + counts.waiting + counts.in_call + counts.away;
  return (
    <section
      aria-labelledby="whom"
      className="rounded-card border border-line bg-surface p-5 shadow-card"
    >
      <div className="flex items-center justify-between gap-3">
        <div className="flex min-w-0 items-center gap-3">
          <Face name={profile.name} path={profile.picturePath} />
          <p className="min-w-0 truncate font-semibold">{profile.name}</p>
        </div>
        <ConnectionBadge state={connection} />
      </div>
      <p className="mt-3 min-h-6 text-muted tabular-nums">
        {people !== null &&
          counts !== null &&
          `${people} here, ${counts.waiting} waiting, ${counts.in_call} in a call`}
      </p>
      {notice !== null && (
        <p role="status" className="mt-3 rounded-control bg-warn-soft px-4 py-2.5 text-sm">
          {noticeText(notice)}
        </p>
      )}
      <h2 id="whom" className="mt-5 mb-2 text-lg font-semibold">
        Whom would you like to meet?
      </h2>
      <WishesForm wishes={wishes} onChange={onWishes} />
      <Button
        variant="primary"
        disabled={state !== "on" || connection.kind !== "online"}
        className="mt-5 w-full"
        onClick={onSearch}
      >
        Find somebody
      </Button>
      <p className="mt-2 min-h-5 text-sm text-muted">
        {state !== "on" && "Switch on your camera and microphone first."}
      </p>
      {away && (
        <Button className="mt-2 w-full" onClick={onRetry}>
          Connect again
        </Button>
      )}
    </section>
  );
}
