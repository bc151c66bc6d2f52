import { useRef, useState } from "react";
import type { JoinedWatchRoom } from "../../protocol/watch/rest.ts";
import { RoomEnded } from "../room/connection.ts";
import { IconButton } from "../ui/button.tsx";
import { ConnectionBadge } from "../ui/connection-badge.tsx";
import { Page } from "../ui/page.tsx";
import { useToast } from "../ui/toast.tsx";
import { joinRoom } from "./api.ts";
import { endOf } from "./end-of.ts";
import { hasSettings, RoomDialog } from "./host/room-dialog.tsx";
import { forgetInvite, inviteInAddress } from "./invite-address.ts";
import { RoomMissing } from "./room-missing.tsx";
import { forgetRoom, type KeptRoom, keepRoom, keptRoom } from "./seats.ts";
import { Theatre, TheatreSkeleton } from "./theatre.tsx";
import { useSession } from "./use-session.ts";

/** Who comes in, and the join that was just made, if one was: its token is good for one socket. */
export type RoomEntry = KeptRoom & { readonly joined?: JoinedWatchRoom };

/** A room with this person in it. */
export function Room({ entry }: { entry: RoomEntry }) {
  const toast = useToast();
  const unused = useRef(entry.joined);
  const [settings, setSettings] = useState(false);
  const join = async () => {
    const joined = unused.current;
    unused.current = undefined;
    return joined ?? takeSeat(entry);
  };
  const [session, snapshot] = useSession({ join, onNotice: toast });
  const { connection, room, options, role, bans } = snapshot;
  if (connection.kind === "ended" && connection.reason === "not_found") return <RoomMissing />;
  const seated = () => ({ id: entry.id, seat: keptRoom(entry.id)?.seat ?? entry.seat });
  const mayOpen = role !== null && options !== null && hasSettings(role, options);
  return (
    <Page
      title={options?.title ?? room?.title ?? entry.title}
      aside={
        <div className="flex min-h-11 items-center gap-2">
          <ConnectionBadge state={connection} />
          {mayOpen && (
            <IconButton
              icon="settings"
              label="The room’s settings"
              onClick={() => setSettings(true)}
            />
          )}
        </div>
      }
    >
      {room === null ? (
        <TheatreSkeleton />
      ) : (
        <Theatre id={entry.id} session={session} snapshot={snapshot} />
      )}
      {mayOpen && (
        <RoomDialog
          open={settings}
          onClose={() => setSettings(false)}
          session={session}
          options={options}
          role={role}
          bans={bans}
          seated={seated}
        />
      )}
    </Page>
  );
}

/**
 * Joins with the seat this browser keeps, and keeps the one that comes back.
 * @throws RoomEnded when there is no such room, or no place in it for this person
 */
async function takeSeat({ id, name, seat: first }: KeptRoom): Promise<JoinedWatchRoom> {
  const seat = keptRoom(id)?.seat ?? first;
  try {
    // A seat is enough to come in; an invite beside it can raise what its holder is.
    const invite = inviteInAddress();
    const joined = await joinRoom(id, { name, seat, ...(invite !== undefined && { invite }) });
    forgetInvite();
    const { room } = joined;
    keepRoom({ id, title: room.title, name, seat: joined.seat, usedAt_ms: Date.now() });
    return joined;
  } catch (error) {
    const reason = endOf(error);
    if (reason === undefined) throw error;
    if (reason === "not_found") forgetRoom(id);
    throw new RoomEnded(reason);
  }
}
