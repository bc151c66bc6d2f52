import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "../ui/theme.ts";

export type Line = {
  readonly label: string;
  /** One for each moment; null where there is nothing to tell. */
  readonly values: readonly (number | null)[];
};

type ChartProps = {
  /** What the chart shows and how it ended, for those who do not see it. */
  summary: string;
  /** Milliseconds since 1970, rising. */
  times_ms: readonly number[];
  lines: readonly Line[];
  /** How a value is written on the axis and in the legend. */
  format: (value: number) => string;
  /** Filled to the ground, for amounts. */
  filled?: boolean;
  /** Moments are beginnings of UTC days. */
  daily?: boolean;
};

const height = 190;
const lineColours = 6;
const points_max = 6;

/** Lines over time. Values are read by pointing at them, or from the legend. */
export function Chart(props: ChartProps) {
  // Keyed by the theme, so that a new one draws anew.
  const [theme] = useTheme();
  return <Plot key={theme} {...props} />;
}

function Plot({ summary, times_ms, lines, format, filled = false, daily = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const labels = lines.map(({ label }) => label).join("\n");
  const data = [times_ms.map((time) => time / 1000), ...lines.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;

  // Made anew for other lines: the library knows its series from the beginning.
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const options = {
      ...optionsFor(parent, labels.split("\n"), format, { filled, daily }),
      ...(daily ? { tzDate: utcDate } : {}),
    };
    const made = new uPlot(options, latest.current as uPlot.AlignedData, parent);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: Math.max(200, parent.clientWidth), height });
    });
    observer.observe(parent);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [labels, format, filled, daily]);

  useEffect(() => plot.current?.setData(data as uPlot.AlignedData));

  return <div ref={place} role="img" aria-label={summary} className="chart" />;
}

function optionsFor(
  parent: HTMLElement,
  labels: readonly string[],
  format: (value: number) => string,
  { filled, daily }: { readonly filled: boolean; readonly daily: boolean },
): uPlot.Options {
  const momentText = daily ? dayText : timeText;
  const axis = {
    stroke: colourOf(parent, "--color-muted"),
    grid: { stroke: colourOf(parent, "--color-line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(200, parent.clientWidth),
    height,
    padding: [12, 8, 0, 0],
    cursor: { y: false, points: { size: 7 } },
    // Without a pointer on the chart the legend tells the newest values.
    hooks: { ready: [showNewest], setData: [showNewest], setCursor: [showNewest] },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      { ...axis, space: 70 },
      {
        ...axis,
        size: 62,
        space: 34,
        values: (_plot, ticks) => ticks.map((tick) => format(tick)),
      },
    ],
    series: [
      {
        value: (_plot, at) => (at === null ? "" : momentText(at * 1000)),
        label: daily ? "Day" : "Hour",
      },
      ...labels.map((label, index): uPlot.Series => {
        const stroke = colourOf(parent, `--line-${(index % lineColours) + 1}`);
        return {
          label,
          stroke,
          width: 2,
          ...(filled && index === 0 ? { fill: withAlpha(stroke) } : {}),
          points: { size: 6, show: (plot, at) => isSparse(plot.data[at]) },
          value: (_plot, value) => (value === null ? "none" : format(value)),
        };
      }),
    ],
  };
}

/** A line needs neighbours; the first hours of a new house are dots. */
function isSparse(values: ArrayLike<number | null | undefined> | undefined): boolean {
  const told = Array.from(values ?? []).filter((value) => value !== null && value !== undefined);
  return told.length <= points_max;
}

function showNewest(plot: uPlot): void {
  if (plot.cursor.idx === null || plot.cursor.idx === undefined)
    plot.setLegend({ idx: plot.data[0].length - 1 });
}

/** What a custom property comes to in the present theme, as the canvas understands it. */
export function colourOf(parent: HTMLElement, property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  parent.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The tokens are all `oklch(l c h)`, and come back as such. */
export function withAlpha(colour: string): string {
  return colour.startsWith("oklch(") ? colour.replace(")", " / 0.16)") : "transparent";
}

const hourFormat = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function timeText(at_ms: number): string {
  return hourFormat.format(at_ms);
}

const dayFormat = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  timeZone: "UTC",
});

function dayText(at_ms: number): string {
  return dayFormat.format(at_ms);
}

/** The axis writes UTC days, wherever the reader is. */
function utcDate(at_s: number): Date {
  return uPlot.tzDate(new Date(at_s * 1000), "Etc/UTC");
}
