import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Face } from "../face.tsx";
import type { MediaSnapshot } from "../local-media.ts";
import { useNow_ms } from "../use-store.ts";
import { Video } from "../video.tsx";
import { durationText, languageName } from "../words.ts";
import type { CallSnapshot } from "./snapshot.ts";

/** From here on the time that is left is shown. */
const soonOver_ms = 5 * 60_000;

type CallStageProps = { snapshot: CallSnapshot; mine: MediaSnapshot; onRetry: () => void };

/** Both pictures, and how the call does. */
export function CallStage({ snapshot, mine, onRetry }: CallStageProps) {
  const { partner, remote, peer } = snapshot;
  const shown = remote !== null && (peer === "connected" || peer === "interrupted");
  return (
    <section
      aria-label={`Call with ${partner.name}`}
      className="relative scheme-dark h-[max(20rem,calc(100dvh-27rem))] overflow-hidden rounded-card bg-screen text-on-screen lg:h-[max(22rem,calc(100dvh-16rem))]"
    >
      {remote !== null && (
        <Video
          stream={remote}
          aria-label={`Picture of ${partner.name}`}
          className="absolute inset-0 size-full object-contain"
        />
      )}
      {!shown && <Waiting snapshot={snapshot} onRetry={onRetry} />}
      <header className="absolute inset-x-0 top-0 flex flex-wrap items-center justify-between gap-x-4 bg-screen/70 px-4 py-2">
        <div className="flex min-w-0 items-center gap-2.5">
          <Face name={partner.name} path={partner.picturePath} className="size-8 text-sm" />
          <p className="min-w-0 truncate">
            <span className="font-semibold">{partner.name}</span>
            <span className="text-sm"> {partner.ageRange}</span>
          </p>
        </div>
        <CallState snapshot={snapshot} />
      </header>
      <Notice snapshot={snapshot} />
      <div className="absolute right-3 bottom-3 grid aspect-[4/3] w-28 place-items-center overflow-hidden rounded-control border border-on-screen/40 bg-screen sm:w-44">
        <Video
          stream={mine.stream}
          muted
          aria-label="Your own picture"
          className="size-full -scale-x-100 object-cover"
        />
        {mine.cameraOff && <p className="absolute text-sm">Camera off</p>}
        {mine.muted && (
          <p className="absolute bottom-1 left-1 rounded bg-screen/80 px-1.5 text-xs">Muted</p>
        )}
      </div>
    </section>
  );
}

function Waiting({ snapshot, onRetry }: { snapshot: CallSnapshot; onRetry: () => void }) {
  const { partner, partnerState, peer, connection } = snapshot;
  const words =
    peer === "failed"
      ? "The browsers do not reach each other"
      : partnerState === "coming"
        ? `Waiting for ${partner.name}`
        : `Connecting you with ${partner.name}`;
  return (
    <div className="absolute inset-0 grid place-items-center bg-screen p-6 text-center">
      <div className="grid max-w-sm justify-items-center gap-2">
        <Face name={partner.name} path={partner.picturePath} className="size-24 text-3xl" />
        <p className="text-lg font-semibold">{words}</p>
        <p>{partner.languages.map(languageName).join(", ")}</p>
        {partner.interests.length > 0 && <p>Likes {partner.interests.join(", ")}</p>}
        {connection.kind === "offline" && <Button onClick={onRetry}>Connect again</Button>}
      </div>
    </div>
  );
}

function stateOf({ connection, peer, partnerState }: CallSnapshot): readonly [Tone, string] {
  if (connection.kind !== "online" && connection.kind !== "connecting")
    return ["warn", "Reconnecting"];
  if (partnerState === "lost") return ["warn", "Partner lost"];
  if (peer === "connected") return ["good", "Connected"];
  if (peer === "interrupted") return ["warn", "Unsteady"];
  if (peer === "failed") return ["bad", "No way through"];
  return ["neutral", "Connecting"];
}

function CallState({ snapshot }: { snapshot: CallSnapshot }) {
  const now_ms = useNow_ms();
  const [tone, words] = stateOf(snapshot);
  const { startedAt_ms } = snapshot;
  return (
    <div className="flex items-center gap-4">
      <span role="status">
        <Badge tone={tone} busy={tone === "warn" || tone === "neutral"}>
          {words}
        </Badge>
      </span>
      <span className="min-w-12 text-right text-sm tabular-nums">
        {startedAt_ms !== null && durationText(now_ms - startedAt_ms)}
      </span>
    </div>
  );
}

/** What the person should know now: a partner who is lost, or the end that comes. */
function Notice({ snapshot }: { snapshot: CallSnapshot }) {
  const now_ms = useNow_ms();
  const { partner, partnerState, partnerUntil_ms, endsAt_ms } = snapshot;
  const left_ms = endsAt_ms === null ? Number.POSITIVE_INFINITY : endsAt_ms - now_ms;
  const words =
    partnerState === "lost" && partnerUntil_ms !== null
      ? `${partner.name} was lost. Waiting ${durationText(partnerUntil_ms - now_ms)} for a return.`
      : left_ms < soonOver_ms
        ? `${durationText(left_ms)} left`
        : "";
  return (
    <p
      role="status"
      className="absolute top-14 left-1/2 -translate-x-1/2 rounded-control bg-screen/85 px-4 py-2 text-center text-sm tabular-nums empty:hidden"
    >
      {words}
    </p>
  );
}
