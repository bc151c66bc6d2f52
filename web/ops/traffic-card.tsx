import type { Overview } from "../../protocol/overview.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Table } from "../ui/table.tsx";
import { Card, Figure, Figures } from "./card.tsx";
import { Chart } from "./chart.tsx";
import { countText, durationText, millisecondsText, percentText } from "./format.ts";
import { errorLevel } from "./thresholds.ts";

const routes_max = 12;

/** What was asked for and how it went: the last hour or two in figures, two days as lines. */
export function TrafficCard({ overview }: { overview: Overview }) {
  const { traffic, series, window_s } = overview;
  const { requests, errors, refused } = traffic;
  const times_ms = series.map(({ start_ms }) => start_ms);
  const ofEach = (pick: (hour: (typeof series)[number]) => number | null) => series.map(pick);
  const share = requests === 0 ? 0 : errors / requests;
  return (
    <Card title="Requests" note={`The last ${durationText(window_s * 1000)}, and by the hour.`}>
      <Figures>
        <Figure label="Requests" value={countText(requests)} />
        <Figure
          label="Failed (5xx)"
          value={countText(errors)}
          level={requests === 0 ? undefined : errorLevel(share)}
        >
          {requests === 0 ? undefined : percentText(share)}
        </Figure>
        <Figure label="Refused (4xx)" value={countText(refused)} />
        <Figure label="p50" value={millisecondsText(traffic.p50_ms)} />
        <Figure label="p95" value={millisecondsText(traffic.p95_ms)} />
        <Figure label="p99" value={millisecondsText(traffic.p99_ms)} />
      </Figures>
      {series.every((hour) => hour.traffic.requests === 0) ? (
        <div className="mt-4">
          <EmptyState title="No requests yet">
            Counts are written within half a minute of a request; this chart begins with the first.
          </EmptyState>
        </div>
      ) : (
        <div className="mt-5 grid gap-6 lg:grid-cols-2">
          <figure className="min-w-0">
            <figcaption className="text-sm font-medium">Requests an hour</figcaption>
            <Chart
              summary={`Requests by the hour; ${countText(requests)} lately, ${countText(errors)} of them failed`}
              times_ms={times_ms}
              filled
              format={countText}
              lines={[
                { label: "Requests", values: ofEach((hour) => hour.traffic.requests) },
                { label: "Failed", values: ofEach((hour) => hour.traffic.errors) },
              ]}
            />
          </figure>
          <figure className="min-w-0">
            <figcaption className="text-sm font-medium">Time to answer</figcaption>
            <Chart
              summary={`Time to answer by the hour; lately p50 ${millisecondsText(traffic.p50_ms)}, p99 ${millisecondsText(traffic.p99_ms)}`}
              times_ms={times_ms}
              format={millisecondsText}
              lines={[
                { label: "p50", values: ofEach((hour) => hour.traffic.p50_ms) },
                { label: "p95", values: ofEach((hour) => hour.traffic.p95_ms) },
                { label: "p99", values: ofEach((hour) => hour.traffic.p99_ms) },
              ]}
            />
          </figure>
        </div>
      )}
      <Routes overview={overview} />
    </Card>
  );
}

function Routes({ overview: { routes } }: { overview: Overview }) {
  if (routes.length === 0) return null;
  return (
    <details className="mt-4">
      <summary className="min-h-11 content-center font-medium">By route</summary>
      <div className="-mx-4 overflow-x-auto">
        <Table
          caption="Requests by route"
          rows={routes.slice(0, routes_max)}
          rowKey={({ route }) => route}
          columns={[
            {
              title: "Route",
              wide: true,
              cell: ({ route }) => <span className="break-all">{route}</span>,
            },
            { title: "Requests", cell: ({ requests }) => countText(requests) },
            { title: "Failed", cell: ({ errors }) => countText(errors) },
            { title: "p50", minor: true, cell: ({ p50_ms }) => millisecondsText(p50_ms) },
            { title: "p95", cell: ({ p95_ms }) => millisecondsText(p95_ms) },
            { title: "p99", minor: true, cell: ({ p99_ms }) => millisecondsText(p99_ms) },
          ]}
        />
      </div>
    </details>
  );
}
