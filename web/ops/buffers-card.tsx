import { useQuery } from "@tanstack/react-query";
import type { BufferOverview } from "../../protocol/analytics/buffer-metrics.ts";
import { adviceFor } from "../api/problem.ts";
import { Badge } from "../ui/badge.tsx";
import { type Access, fetchBuffers } from "./api.ts";
import { Card, Figure, Figures } from "./card.tsx";
import { countText, durationText } from "./format.ts";

const every_ms = 60_000;

/** What analytics keeps until the database has it, and what the database will not have. */
export function BuffersCard({ access }: { access: Access }) {
  const buffers = useQuery({
    queryKey: ["ops", "buffers", access],
    queryFn: () => fetchBuffers(access),
    refetchInterval: every_ms,
  });
  return (
    <Card
      title="Analytics buffers"
      note="As each said of itself when it last wrote; none is woken for this."
    >
      {buffers.data !== undefined && <Buffers overview={buffers.data} />}
      {buffers.data === undefined && (
        <p className="text-muted">{buffers.isError ? adviceFor(buffers.error) : "On their way."}</p>
      )}
    </Card>
  );
}

function Buffers({ overview }: { overview: BufferOverview }) {
  const { buffers_reported, buffers_failing, waiting_events, oldest_ms, dead_events } = overview;
  const drops = Object.values(overview.drops).reduce((sum, amount) => sum + amount, 0);
  const reason = overview.buffers.find(({ deadReason }) => deadReason !== null)?.deadReason;
  return (
    <>
      {(buffers_failing > 0 || dead_events > 0) && (
        <p className="mb-4">
          <Badge tone="bad">
            {buffers_failing > 0
              ? `${countText(buffers_failing)} cannot write`
              : `The database refuses events${reason == null ? "" : `: SQLSTATE ${reason}`}`}
          </Badge>
        </p>
      )}
      <Figures>
        <Figure label="Buffers" value={countText(buffers_reported)} />
        <Figure label="Events waiting" value={countText(waiting_events)}>
          {waiting_events > 0 && `the oldest for ${durationText(oldest_ms)}`}
        </Figure>
        <Figure label="Refused by the database" value={countText(dead_events)}>
          kept, and in no report
        </Figure>
        <Figure label="Dropped" value={countText(drops)}>
          did not fit, and were told so
        </Figure>
      </Figures>
    </>
  );
}
