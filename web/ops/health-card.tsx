import type { Overview } from "../../protocol/overview.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, Gauge } from "./card.tsx";
import { durationText, millisecondsText, percentText } from "./format.ts";
import { type Level, memoryLevel } from "./thresholds.ts";

const parts = [
  ["redis", "Redis"],
  ["postgres", "Postgres"],
  ["room", "Rooms"],
] as const;

/** The documents ask for queries below 200 ms; the colours of a hit rate, turned round. */
function slowLevel(share: number): Level {
  return memoryLevel(share * 4);
}

/** What stands behind the Worker, as it was when it was last asked. */
export function HealthCard({ overview }: { overview: Overview }) {
  const { checks, versions, queries, status } = overview.health;
  const { slowShare, roundTrips } = queries;
  return (
    <Card
      title="Health"
      note={`Version ${versions.worker}. Asked again after five minutes; a Postgres that nobody uses is left asleep, up to an hour.`}
      aside={
        <Badge tone={status === "ready" ? "good" : "bad"}>
          {status === "ready" ? "Everything answers" : "Something is down"}
        </Badge>
      }
    >
      <ul className="divide-y divide-line">
        {parts.map(([part, name]) => {
          const check = checks[part];
          const age_ms = overview.server_ms - Date.parse(check.checkedAt);
          return (
            <li key={part} className="flex flex-wrap items-center justify-between gap-x-4 py-2">
              <span className="font-medium">{name}</span>
              <span className="ml-auto text-sm text-muted tabular-nums">
                {millisecondsText(check.latency_ms)}, {durationText(age_ms)} ago
              </span>
              <Badge tone={check.status === "up" ? "good" : "bad"}>{check.status}</Badge>
            </li>
          );
        })}
      </ul>
      <div className="mt-2">
        <Gauge
          label="Slow queries (200 ms and more)"
          value={
            slowShare === null
              ? "no queries lately"
              : `${percentText(slowShare)} of ${roundTrips ?? 0}`
          }
          share={slowShare}
          level={slowShare === null ? null : slowLevel(slowShare)}
        />
      </div>
    </Card>
  );
}
