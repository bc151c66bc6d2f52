import { Link } from "wouter";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";

/** The page of a room that is not there, or not any more. */
export function RoomMissing({ expired = false }: { expired?: boolean }) {
  return (
    <Page title={expired ? "This room is over" : "Room not found"}>
      <div className="mt-6 max-w-2xl">
        <EmptyState
          title={expired ? "The room was closed" : "There is no room at this address"}
          actions={
            <Link href="/watch" className={buttonClass("primary")}>
              Start a new room
            </Link>
          }
        >
          {expired
            ? "A room is forgotten a day after the last person left it, or when its host ends it."
            : "The link may have lost a letter on its way. Ask for it again, or start a room of your own."}
        </EmptyState>
      </div>
    </Page>
  );
}
