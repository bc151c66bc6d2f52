import { useState } from "react";
import { Link } from "wouter";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Table } from "../../ui/table.tsx";
import { forgetRoom, keptRooms } from "../seats.ts";

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The rooms this browser has been in, where its seats are found again. */
export function RecentRooms() {
  const [rooms, setRooms] = useState(keptRooms);
  if (rooms.length === 0) return null;
  return (
    <section aria-labelledby="recent-rooms">
      <h2 id="recent-rooms" className="mb-3 text-lg font-semibold">
        Rooms of this browser
      </h2>
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
    </section>
  );
}
