import { matchDocument } from "./documents.ts";
import type { Figures, SideName } from "./figures.ts";
import { barChart, type Chart } from "./svg.ts";

const sides: readonly SideName[] = ["edge", "container"];
const names = ["Offrail", "The old design", "Its document says"];
const document = 2;
/** Units that somebody bills for, in the order of the bill. */
const billed = [
  "worker_requests",
  "room_requests",
  "socket_messages_in",
  "rows_written",
  "redis_commands",
  "sql_round_trips",
];

/** The charts of a report, as SVG by the name of each. */
export function chartsOf(figures: readonly Figures[]): Readonly<Record<string, string>> {
  return {
    cpu: barChart({
      title: "Processor time of one person for an hour",
      axis: "CPU-seconds per user-hour",
      series: names.slice(0, document),
      groups: groupsOf(figures, ({ cpu_sPerUserHour }) => cpu_sPerUserHour),
    }),
    memory: barChart({
      title: "Memory by people at once, databases included",
      axis: "MB, mean over the run",
      series: names,
      groups: groupsOf(
        figures,
        ({ memory_mb }) => memory_mb,
        (said) => said.memory_mb,
      ),
    }),
    latency: barChart({
      title: "The slowest of twenty answers, by people at once",
      axis: "ms until it was there, 95th percentile",
      series: names,
      groups: groupsOf(
        figures,
        ({ p95_ms }) => p95_ms,
        (said) => said.response_ms,
      ),
    }),
    units: barChart(unitsChart(figures)),
  };
}

function groupsOf(
  figures: readonly Figures[],
  value: (of: Figures) => number,
  said: (of: (typeof matchDocument)[number]) => number | undefined = () => undefined,
): Chart["groups"] {
  const groups = Map.groupBy(figures, ({ module, users }) => `${module}\n${users} people`);
  return [...groups].map(([label, group]) => {
    const bars = group.map((one) => ({
      label: names[sides.indexOf(one.side)] ?? one.side,
      series: sides.indexOf(one.side),
      value: value(one),
    }));
    const [first] = group;
    const told = matchDocument.find(({ users }) => users === first?.users);
    const figure = first?.module === "match" && told !== undefined ? said(told) : undefined;
    return {
      label,
      bars: [
        ...bars.sort((a, b) => a.series - b.series),
        ...(figure === undefined
          ? []
          : [{ label: names[document] ?? "", series: document, value: figure }]),
      ],
    };
  });
}

function unitsChart(figures: readonly Figures[]): Chart {
  const edge = figures.filter(({ side }) => side === "edge");
  const modules = [...new Set(edge.map(({ module }) => module))];
  return {
    title: "What one person takes in an hour at the edge",
    axis: "units per user-hour",
    series: modules,
    groups: billed.map((unit) => ({
      label: unit.replaceAll("_", " "),
      bars: modules.map((module, series) => {
        const of = edge.filter((one) => one.module === module);
        const hours = of.reduce((sum, { users }) => sum + users, 0);
        const all = of.reduce(
          (sum, { users, unitsPerUserHour }) => sum + users * (unitsPerUserHour[unit] ?? 0),
          0,
        );
        return { label: module, series, value: hours === 0 ? 0 : all / hours };
      }),
    })),
  };
}
