import { useState } from "react";
import {
  currentOf,
  historyOf,
  type QueueItem,
  queue_max,
  skipVotesNeeded,
  upcomingOf,
} from "../../../protocol/watch/queue.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import { titleOf } from "../../../protocol/watch/source-facts.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useDelayed } from "../chat/use-delayed.ts";
import { AddDialog } from "./add-dialog.tsx";
import { dropOn, moveBy } from "./order.ts";
import { metaOf, QueueRow } from "./queue-row.tsx";

/** How long an item taken out can be put back. */
const undo_ms = 6_000;

export type QueueActions = {
  readonly add: (source: Source) => boolean;
  readonly remove: (itemId: string) => void;
  readonly move: (itemId: string, before: string | null) => void;
  readonly vote: (itemId: string, vote: boolean) => void;
  readonly skip: (itemId: string, vote: boolean) => void;
  readonly next: (itemId: string, to?: string) => void;
  readonly clearHistory: () => void;
};

type QueuePanelProps = {
  queue: readonly QueueItem[];
  voted: readonly string[];
  /** People in the room now. */
  present: number;
  memberId: string | null;
  /** May add, order and take out. */
  mayQueue: boolean;
  /** May go on without a vote: host and co-hosts. */
  mayLead: boolean;
  actions: QueueActions;
};

/** What is shown, what comes, and what was. */
export function QueuePanel(props: QueuePanelProps) {
  const { queue, voted, memberId, mayQueue, mayLead, actions } = props;
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState("");
  const [leaving, remove, keep] = useDelayed(actions.remove, undo_ms);
  const current = currentOf(queue);
  const upcoming = upcomingOf(queue);
  const shown = upcoming.filter(({ id }) => !leaving.has(id));
  const history = historyOf(queue);

  const move = (itemId: string, by: number) => {
    const before = moveBy(shown, itemId, by);
    if (before === undefined) return;
    actions.move(itemId, before);
    const at = shown.findIndex(({ id }) => id === itemId) + by + 1;
    setSaid(`Moved to place ${at} of ${shown.length}`);
  };
  const drop = (itemId: string, targetId: string) => {
    const before = dropOn(shown, itemId, targetId);
    if (before !== undefined) actions.move(itemId, before);
  };

  return (
    <div>
      {current !== undefined && (
        <Current item={current} {...props} voted={voted.includes(current.id)} />
      )}
      <div className="flex items-center justify-between gap-3 border-b border-line py-1 pr-2 pl-4">
        <h2 className="font-semibold">
          Up next <span className="font-normal text-muted tabular-nums">{shown.length || ""}</span>
        </h2>
        {mayQueue && (
          <Button
            variant="quiet"
            disabled={upcoming.length >= queue_max}
            className="px-3 text-accent"
            onClick={() => setAdding(true)}
          >
            <Icon name="plus" />
            Add
          </Button>
        )}
      </div>
      {shown.length === 0 && (
        <p className="px-4 py-5 text-sm text-muted">
          Nothing waits.{" "}
          {mayQueue ? "Add what you want to watch after this." : "The host decides what comes."}
        </p>
      )}
      <ol aria-label="Up next">
        {shown.map((item) => (
          <QueueRow
            key={item.id}
            item={item}
            first={moveBy(shown, item.id, -1) === undefined}
            last={moveBy(shown, item.id, 1) === undefined}
            voted={voted.includes(item.id)}
            mayOrder={mayQueue && shown.length > 1}
            mayChoose={mayLead}
            mayRemove={mayQueue && (mayLead || item.addedBy === memberId)}
            onVote={actions.vote}
            onMove={move}
            onDrop={drop}
            onPlayNow={(itemId) => current !== undefined && actions.next(current.id, itemId)}
            onRemove={remove}
          />
        ))}
      </ol>
      {upcoming
        .filter(({ id }) => leaving.has(id))
        .map(({ id, source }) => (
          <p key={id} className="flex items-center gap-2 px-4 py-2 text-sm text-muted">
            <span className="min-w-0 truncate">{titleOf(source)} was taken out</span>
            <button
              type="button"
              className="min-h-8 px-1 font-medium text-accent underline underline-offset-3"
              onClick={() => keep(id)}
            >
              Undo
            </button>
          </p>
        ))}
      {history.length > 0 && <History items={history} {...props} />}
      <p role="status" className="sr-only">
        {said}
      </p>
      <AddDialog open={adding} onClose={() => setAdding(false)} onAdd={actions.add} />
    </div>
  );
}

/** What is being shown, and the way on from it: by vote, or by those who lead. */
function Current({
  item,
  queue,
  voted,
  present,
  mayLead,
  actions,
}: Omit<QueuePanelProps, "voted"> & { item: QueueItem; voted: boolean }) {
  const needed = skipVotesNeeded(present);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-3">
      <div className="min-w-0 flex-1 basis-44">
        <p className="text-sm text-muted">Now</p>
        <p className="truncate font-semibold">{titleOf(item.source)}</p>
        <p className="truncate text-sm text-muted">{metaOf(item)}</p>
      </div>
      <div className="flex gap-2">
        <Button
          aria-pressed={voted}
          className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => actions.skip(item.id, !voted)}
        >
          Vote to skip
          <span className="text-sm text-muted tabular-nums">
            {item.votes} of {needed}
          </span>
        </Button>
        {mayLead && upcomingOf(queue).length > 0 && (
          <Button
            aria-label="Go on to the next now"
            title="Go on to the next now"
            className="px-3"
            onClick={() => actions.next(item.id)}
          >
            <Icon name="next" />
          </Button>
        )}
      </div>
    </div>
  );
}

function History({
  items,
  mayQueue,
  mayLead,
  actions,
}: QueuePanelProps & { items: readonly QueueItem[] }) {
  return (
    <details className="group border-t border-line">
      <summary className="flex min-h-11 list-none items-center gap-2 px-4 font-medium text-muted hover:text-ink">
        <span className="group-open:rotate-180">
          <Icon name="chevron" size={18} />
        </span>
        Shown before <span className="font-normal tabular-nums">{items.length}</span>
      </summary>
      <ul className="pb-2">
        {items.map((item) => (
          <li key={item.id} className="flex items-center gap-3 py-0.5 pr-2 pl-4">
            <span className="min-w-0 flex-1 truncate">{titleOf(item.source)}</span>
            {mayQueue && (
              <Button
                variant="quiet"
                className="px-3 text-sm"
                aria-label={`Add ${titleOf(item.source)} again`}
                onClick={() => actions.add(item.source)}
              >
                Add again
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayLead && (
        <Button variant="quiet" className="mb-2 ml-1 px-3 text-sm" onClick={actions.clearHistory}>
          Forget them
        </Button>
      )}
    </details>
  );
}
