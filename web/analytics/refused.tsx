import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { identityAdvice } from "../identity/advice.ts";
import { Card } from "../ops/card.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { exportAddress, fetchBuffers, retryDead } from "./api.ts";
import { Part } from "./part.tsx";
import { countText } from "./text.ts";
import type { GameView } from "./view.ts";

/** Events that were acknowledged and that the database will not have: kept, to look at and to try again. */
export function Refused({ game, range }: GameView) {
  const queries = useQueryClient();
  const showToast = useToast();
  const queryKey = ["analytics", "buffers", game.id];
  const buffers = useQuery({ queryKey, queryFn: () => fetchBuffers(game.id) });
  const retry = useMutation({
    mutationFn: () => retryDead(game.id),
    onSuccess: () => showToast("They are written with the next flush, if the database takes them."),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Card
      title="Refused events"
      note="Acknowledged, but the database does not take them. They are kept, and in no report."
    >
      <Part query={buffers}>
        {({ dead_events, buffers: each }) =>
          dead_events === 0 ? (
            <p className="text-muted">There are none.</p>
          ) : (
            <>
              <p>
                <strong>{countText(dead_events)}</strong> {dead_events === 1 ? "event" : "events"},
                the last for {reasonOf(each)}.
              </p>
              <div className="mt-4 flex flex-wrap gap-3">
                <Button busy={retry.isPending} onClick={() => retry.mutate()}>
                  Try them again
                </Button>
                <a
                  href={exportAddress(game.id, range, "dead", "ndjson")}
                  download
                  className={buttonClass()}
                >
                  Download them
                </a>
              </div>
            </>
          )
        }
      </Part>
    </Card>
  );
}

function reasonOf(buffers: readonly { readonly deadReason?: string | null }[]): string {
  const reason = buffers.find(({ deadReason }) => deadReason)?.deadReason;
  return reason == null ? "an unknown reason" : `SQLSTATE ${reason}`;
}
