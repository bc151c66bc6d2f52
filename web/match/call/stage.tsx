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

type CallStageProps = { snapshot: CallSnapshot; mine: MediaSnapshot; ways: WaysOut };

/** What a person can do about a call that does not come about. */
export interface WaysOut {
  /** Opens the socket again. */
  readonly reconnect: () => void;
  /** Looks for a way to the partner's browser again. */
  readonly tryAgain: () => void;
  readonly next: () => void;
}

/** Both pictures, and how the call does. */
export function CallStage({ snapshot, mine, ways }: CallStageProps) {
  const { partner, remote, peer, trouble } = snapshot;
  const hasWay = peer === "connected" || (peer === "interrupted" && trouble === null);
  const shown = remote !== null && hasWay;
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
      {!shown && <Waiting snapshot={snapshot} ways={ways} />}
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
      <div
        className={`absolute right-3 bottom-3 grid aspect-[4/3] w-28 place-items-center overflow-hidden rounded-control border border-on-screen/40 bg-screen sm:w-44 ${trouble === null ? "" : "max-sm:hidden"}`}
      >
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

function Waiting({ snapshot, ways }: { snapshot: CallSnapshot; ways: WaysOut }) {
  const { partner, partnerState, connection, trouble } = snapshot;
  const words =
    partnerState === "coming"
      ? `Waiting for ${partner.name}`
      : `Connecting you with ${partner.name}`;
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto bg-screen p-6 pt-14 text-center">
      <div className="grid max-w-md justify-items-center gap-2">
        <Face
          name={partner.name}
          path={partner.picturePath}
          className={`size-24 text-3xl ${trouble === null ? "" : "max-sm:hidden"}`}
        />
        {trouble === null || partnerState !== "here" ? (
          <>
            <p className="text-lg font-semibold">{words}</p>
            <p>{partner.languages.map(languageName).join(", ")}</p>
            {partner.interests.length > 0 && <p>Likes {partner.interests.join(", ")}</p>}
          </>
        ) : (
          <Trouble hasRelay={trouble.hasRelay} ways={ways} />
        )}
        {connection.kind === "offline" && <Button onClick={ways.reconnect}>Connect again</Button>}
      </div>
    </div>
  );
}

/** Why two browsers may not reach each other, and what to do. */
function Trouble({ hasRelay, ways }: { hasRelay: boolean; ways: WaysOut }) {
  return (
    <div role="alert">
      <p className="text-lg font-semibold">Your browsers do not reach each other</p>
      <p className="mt-1 text-sm">
        A firewall or a strict network on one side may be in the way
        {hasRelay ? "" : ", and this place has no relay (TURN) that would lead around it"}. Another
        network, a phone's for instance, often helps.
      </p>
      <div className="mt-3 flex flex-wrap justify-center gap-3">
        <Button variant="primary" onClick={ways.tryAgain}>
          Try again
        </Button>
        <Button onClick={ways.next}>Next person</Button>
      </div>
    </div>
  );
}

function stateOf({
  connection,
  peer,
  partnerState,
  trouble,
}: CallSnapshot): readonly [Tone, string] {
  if (connection.kind !== "online" && connection.kind !== "connecting")
    return ["warn", "Reconnecting"];
  if (partnerState === "lost") return ["warn", "Partner lost"];
  if (peer === "connected") return ["good", "Connected"];
  if (peer === "interrupted") return ["warn", "Unsteady"];
  if (peer === "failed" || trouble !== null) return ["bad", "No way through"];
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
