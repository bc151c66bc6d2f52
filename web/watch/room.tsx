import { useRef } from "react";
import type { JoinedWatchRoom, WatchRoom } from "../../protocol/watch/rest.ts";
import { ApiProblem } from "../api/problem.ts";
import { RoomEnded } from "../room/connection.ts";
import { ConnectionBadge } from "../ui/connection-badge.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useToast } from "../ui/toast.tsx";
import { joinRoom } from "./api.ts";
import { InStep } from "./in-step.tsx";
import { People } from "./people.tsx";
import { RoomMissing } from "./room-missing.tsx";
import { forgetRoom, type KeptRoom, keepRoom, keptRoom } from "./seats.ts";
import type { RoomSnapshot, WatchSession } from "./session.ts";
import { Share } from "./share.tsx";
import { motionOf, Stage } from "./stage.tsx";
import { usePlayer } from "./use-player.ts";
import { useSession } from "./use-session.ts";

/** Who comes in, and the join that was just made, if one was: its token is good for one socket. */
export type RoomEntry = KeptRoom & { readonly joined?: JoinedWatchRoom };

/** A room with this person in it. */
export function Room({ entry }: { entry: RoomEntry }) {
  const toast = useToast();
  const unused = useRef(entry.joined);
  const join = async () => {
    const joined = unused.current;
    unused.current = undefined;
    return joined ?? takeSeat(entry);
  };
  const [session, snapshot] = useSession({ join, onNotice: toast });
  const { connection, room } = snapshot;
  if (connection.kind === "ended" && connection.reason === "not_found") return <RoomMissing />;
  return (
    <Page title={room?.title ?? entry.title} aside={<ConnectionBadge state={connection} />}>
      {room === null ? (
        <RoomSkeleton />
      ) : (
        <Theatre room={room} session={session} snapshot={snapshot} />
      )}
    </Page>
  );
}

type TheatreProps = { room: WatchRoom; session: WatchSession; snapshot: RoomSnapshot };

function Theatre({ room, session, snapshot }: TheatreProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [player, control] = usePlayer(video, session);
  const playing = snapshot.anchor?.playing ?? false;
  const motion = motionOf(playing, player.position_ms, player.duration_ms);
  return (
    <div className={layout}>
      <Stage {...{ room, session, snapshot, video, player, control }} />
      <div className="flex flex-col gap-6">
        <Share link={new URL(`/watch/${room.id}`, window.location.href).href} />
        <InStep drift_ms={player.drift_ms} motion={motion} clock={snapshot.clock} />
        <People members={snapshot.members} memberId={snapshot.memberId} />
      </div>
    </div>
  );
}

const layout = "mt-4 grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-8";

/** Holds the places of the picture and of what stands beside it. */
function RoomSkeleton() {
  return (
    <div className={layout}>
      <div className="rounded-card border border-transparent">
        <Skeleton className="aspect-video w-full" />
        <div className="h-13" />
      </div>
      <div className="flex flex-col gap-6">
        <Skeleton className="h-20" />
        <Skeleton className="h-24" />
        <Skeleton className="h-16" />
      </div>
    </div>
  );
}

/**
 * Joins with the seat this browser keeps, and keeps the one that comes back.
 * @throws RoomEnded when there is no such room, or no place in it
 */
async function takeSeat({ id, name, seat: first }: KeptRoom): Promise<JoinedWatchRoom> {
  const seat = keptRoom(id)?.seat ?? first;
  try {
    const joined = await joinRoom(id, { name, seat });
    const { room } = joined;
    keepRoom({ id, title: room.title, name, seat: joined.seat, usedAt_ms: Date.now() });
    return joined;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code === "room_full") throw new RoomEnded("full");
    if (error.status !== 404) throw error;
    forgetRoom(id);
    throw new RoomEnded("not_found");
  }
}
