import { useState } from "react";
import { roomIdSchema } from "../../protocol/room.ts";
import { JoinPage } from "./join-page.tsx";
import { Room, type RoomEntry } from "./room.tsx";
import { RoomMissing } from "./room-missing.tsx";
import { keptRoom } from "./seats.ts";

/** `/watch/:id`: straight in for somebody with a seat, else by a name. */
export default function WatchRoomPage({ id }: { id: string }) {
  const [entry, setEntry] = useState<RoomEntry | undefined>(() => keptRoom(id));
  if (!roomIdSchema.safeParse(id).success) return <RoomMissing />;
  if (entry === undefined) return <JoinPage id={id} onJoined={setEntry} />;
  return <Room entry={entry} />;
}
