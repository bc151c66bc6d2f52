import { useState } from "react";
import { Link } from "wouter";
import { Button, buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Table } from "../ui/table.tsx";
import { CreateRoomForm } from "./create-form.tsx";
import { forgetRoom, keptRooms } from "./seats.ts";

/** Where a room is started, and where this browser's rooms are found again. */
export default function WatchPage() {
  return (
    <Page title="Watch together">
      <p className="mt-2 max-w-prose text-muted">
        Start a room, send its link, and everybody sees the same video play, pause and seek
        together. Anyone in the room may use the controls.
      </p>
      <div className="mt-6 grid items-start gap-8 lg:grid-cols-[22rem_1fr]">
        <section
          aria-labelledby="new-room"
          className="rounded-card border border-line bg-surface p-5 shadow-card"
        >
          <h2 id="new-room" className="mb-4 text-lg font-semibold">
            A new room
          </h2>
          <CreateRoomForm />
        </section>
        <RecentRooms />
      </div>
    </Page>
  );
}

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function RecentRooms() {
  const [rooms, setRooms] = useState(keptRooms);
  return (
    <section aria-labelledby="recent-rooms">
      <h2 id="recent-rooms" className="mb-3 text-lg font-semibold">
        Rooms of this browser
      </h2>
      {rooms.length === 0 ? (
        <EmptyState title="No rooms yet">
          The rooms that you start or join are listed here, so that you find your seat again.
        </EmptyState>
      ) : (
        <div className="rounded-card border border-line bg-surface">
          <Table
            caption="Rooms of this browser"
            rows={rooms}
            rowKey={(room) => room.id}
            columns={[
              { title: "Room", wide: true, cell: (room) => room.title },
              { title: "You are", minor: true, cell: (room) => room.name },
              {
                title: "Last opened",
                minor: true,
                cell: (room) => <span className="text-muted">{date.format(room.usedAt_ms)}</span>,
              },
              {
                title: "Actions",
                cell: (room) => (
                  <div className="-my-1 flex gap-1">
                    <Link
                      href={`/watch/${room.id}`}
                      aria-label={`Open ${room.title}`}
                      className={buttonClass("secondary")}
                    >
                      Open
                    </Link>
                    <Button
                      variant="quiet"
                      aria-label={`Forget ${room.title}`}
                      onClick={() => {
                        forgetRoom(room.id);
                        setRooms(keptRooms());
                      }}
                    >
                      Forget
                    </Button>
                  </div>
                ),
              },
            ]}
          />
        </div>
      )}
    </section>
  );
}
