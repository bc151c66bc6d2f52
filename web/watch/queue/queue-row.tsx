import { type DragEvent, useState } from "react";
import type { QueueItem } from "../../../protocol/watch/queue.ts";
import { durationOf_ms, titleOf } from "../../../protocol/watch/source-facts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { timeText } from "../time-text.ts";

type QueueRowProps = {
  item: QueueItem;
  first: boolean;
  last: boolean;
  voted: boolean;
  mayOrder: boolean;
  mayChoose: boolean;
  /** Who leads may take out anything, others what they added. */
  mayRemove: boolean;
  onVote: (itemId: string, vote: boolean) => void;
  onMove: (itemId: string, by: number) => void;
  onDrop: (itemId: string, targetId: string) => void;
  onPlayNow: (itemId: string) => void;
  onRemove: (itemId: string) => void;
};

const dragType = "application/x-offrail-queue-item";

/** One item that waits: what it is, how many want it, and how to move it by hand, key or pointer. */
export function QueueRow(props: QueueRowProps) {
  const { item, first, last, voted, mayOrder, onMove, onDrop } = props;
  const [over, setOver] = useState(false);
  const title = titleOf(item.source);
  const accepts = (event: DragEvent) => mayOrder && event.dataTransfer.types.includes(dragType);
  return (
    <li
      draggable={mayOrder}
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, item.id);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragOver={(event) => {
        if (!accepts(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!accepts(event)) return;
        event.preventDefault();
        onDrop(event.dataTransfer.getData(dragType), item.id);
      }}
      className={`flex flex-wrap items-center gap-x-2 border-b border-line py-1.5 pr-2 pl-3 last:border-b-0 sm:flex-nowrap ${over ? "bg-accent-soft" : ""}`}
    >
      {mayOrder && (
        <span className="cursor-grab text-muted pointer-coarse:hidden" title="Drag to move it">
          <Icon name="grip" size={18} />
        </span>
      )}
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium">{title}</p>
        <p className="truncate text-sm text-muted">{metaOf(item)}</p>
      </div>
      <div className="ml-auto flex items-center">
        <VoteButton {...props} title={title} voted={voted} />
        {mayOrder && (
          <>
            <IconButton
              icon="up"
              label={`Move ${title} up`}
              disabled={first}
              onClick={() => onMove(item.id, -1)}
            />
            <IconButton
              icon="down"
              label={`Move ${title} down`}
              disabled={last}
              onClick={() => onMove(item.id, 1)}
            />
          </>
        )}
        {props.mayChoose && (
          <IconButton
            icon="play"
            label={`Play ${title} now`}
            onClick={() => props.onPlayNow(item.id)}
          />
        )}
        {props.mayRemove && (
          <IconButton
            icon="bin"
            label={`Take ${title} out of the queue`}
            onClick={() => props.onRemove(item.id)}
          />
        )}
      </div>
    </li>
  );
}

function VoteButton({ item, voted, title, onVote }: QueueRowProps & { title: string }) {
  return (
    <button
      type="button"
      aria-pressed={voted}
      aria-label={`Vote for ${title}, ${item.votes} so far`}
      title={voted ? "Take your vote back" : "Vote for it to come sooner"}
      onClick={() => onVote(item.id, !voted)}
      className="inline-flex min-h-9 min-w-14 items-center justify-center gap-1 rounded-full border border-edge px-2.5 text-sm tabular-nums hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
    >
      <Icon name="vote" size={16} />
      {item.votes}
    </button>
  );
}

/** Length, kind and who added it, as far as they are known. */
export function metaOf(item: QueueItem): string {
  const duration_ms = durationOf_ms(item.source);
  const parts = [
    duration_ms !== undefined && timeText(duration_ms),
    item.source.kind === "youtube" && "YouTube",
    item.addedByName !== "" && `added by ${item.addedByName}`,
  ];
  return parts.filter(Boolean).join(" · ");
}
