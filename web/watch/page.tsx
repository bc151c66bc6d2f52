import { useMe } from "../identity/use-me.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { FullCreateForm } from "./create/full-form.tsx";
import { RecentRooms } from "./list/recent-rooms.tsx";
import { RoomList } from "./list/room-list.tsx";

/** Where a room is started, and where rooms are found. */
export default function WatchPage() {
  const { me } = useMe();
  return (
    <Page title="Watch together">
      <p className="mt-2 max-w-prose text-muted">
        Start a room, send its link, and everybody sees the same video play, pause and seek
        together.
      </p>
      <div className="mt-6 grid items-start gap-8 lg:grid-cols-[24rem_minmax(0,1fr)]">
        <section
          aria-labelledby="new-room"
          className="rounded-card border border-line bg-surface p-5 shadow-card"
        >
          <h2 id="new-room" className="mb-4 text-lg font-semibold">
            A new room
          </h2>
          <FullCreateForm />
        </section>
        <div className="flex min-w-0 flex-col gap-8">
          <RecentRooms />
          <RoomList
            whose="public"
            title="Public rooms"
            empty={
              <EmptyState title="No public room is open">
                Start one and make it public under “Options”: it then stands here for anybody.
              </EmptyState>
            }
          />
          {me !== undefined && me !== null && (
            <RoomList
              whose="mine"
              title="Rooms of your account"
              empty={
                <EmptyState title="None yet">
                  Rooms that you start while signed in are listed here, on every device.
                </EmptyState>
              }
            />
          )}
        </div>
      </div>
    </Page>
  );
}
