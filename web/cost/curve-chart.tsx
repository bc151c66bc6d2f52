import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { BreakEven } from "../../cost/compare.ts";
import { users_max, users_min } from "../../cost/scenario.ts";
import { moneyText, peopleText } from "../../cost/words.ts";
import { colourOf, withAlpha } from "../ops/chart.tsx";
import { useTheme } from "../ui/theme.ts";
import { useMedia } from "../ui/use-media.ts";
import type { Curves } from "./model.ts";

interface CurveChartProps {
  /** What the chart shows, for those who do not see it. */
  readonly summary: string;
  readonly curves: Curves;
  /** Where the cheaper side changes. */
  readonly crossings: readonly BreakEven[];
  /** Marked on the curves. */
  readonly users: number;
  /** Shaded from here on. */
  readonly trusted_max: number;
}

const height = 320;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Two bills over people, both scales by tens. */
export function CurveChart(props: CurveChartProps) {
  // Keyed by the colours it is drawn in, so that others draw it anew. Paper is always light.
  const [theme] = useTheme();
  const paper = useMedia("print");
  return <Plot key={paper ? "paper" : theme} {...props} />;
}

function Plot(props: CurveChartProps) {
  const { summary, curves } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const made = new uPlot(
      optionsFor(parent, () => latest.current),
      dataOf(latest.current.curves),
      parent,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: widthOf(parent), height });
    });
    observer.observe(parent);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(dataOf(curves)), [curves]);
  // The marks are drawn from the newest properties; the data may be the same.
  useEffect(() => {
    if (plot.current === null) return;
    showChosen(plot.current, latest.current);
    plot.current.redraw(false);
  });

  return <div ref={place} role="img" aria-label={summary} className="chart curve" />;
}

const widthOf = (parent: HTMLElement) => Math.max(200, parent.clientWidth);

const dataOf = ({ users, edge_usd, container_usd }: Curves): uPlot.AlignedData => [
  [...users],
  [...edge_usd],
  [...container_usd],
];

type Latest = () => CurveChartProps;

function optionsFor(parent: HTMLElement, latest: Latest): uPlot.Options {
  const grid = { stroke: colourOf(parent, "--color-line"), width: 1, filter: decadesAmong };
  const axis = { stroke: colourOf(parent, "--color-muted"), grid, ticks: { show: false } };
  const [edge, container] = [colourOf(parent, "--line-1"), colourOf(parent, "--line-2")];
  const chosen = (made: uPlot) => showChosen(made, latest());
  return {
    width: widthOf(parent),
    height,
    padding: [18, 14, 0, 0],
    cursor: { y: false, points: { size: 7 } },
    scales: {
      x: { time: false, distr: 3, range: () => [users_min, users_max] },
      y: { distr: 3, range: (_plot, least, most) => decadesOf(least, most) },
    },
    axes: [
      { ...axis, space: 30, ...byTens(short.format) },
      { ...axis, space: 24, size: 58, ...byTens((usd) => `$${short.format(usd)}`) },
    ],
    series: [
      { label: "People", value: (_plot, users) => (users === null ? "" : peopleText(users)) },
      { label: "Edge", stroke: edge, ...lineLook },
      { label: "Container", stroke: container, dash: [7, 4], ...lineLook },
    ],
    hooks: {
      ready: [chosen],
      setData: [chosen],
      setCursor: [chosen],
      drawAxes: [(made) => shadeBeyond(made, parent, latest().trusted_max)],
      draw: [(made) => drawMarks(made, parent, latest())],
    },
  };
}

const lineLook: Partial<uPlot.Series> = {
  width: 2.5,
  points: { show: false },
  value: (_plot, usd) => (usd === null ? "" : moneyText(usd)),
};

/** Grid lines and words at powers of ten alone. */
function byTens(text: (value: number) => string): Partial<uPlot.Axis> {
  return {
    filter: decadesAmong,
    values: (_plot, splits) => splits.map((split) => (split === null ? null : text(split))),
  };
}

function decadesAmong(_plot: uPlot, splits: readonly number[]): (number | null)[] {
  const isDecade = (value: number) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
  return splits.map((split) => (isDecade(split) ? split : null));
}

/** Whole powers of ten around what there is; a bill of nothing has no place on such a scale. */
function decadesOf(least: number | null, most: number | null): [number, number] {
  const from = 10 ** Math.floor(Math.log10(Math.max(0.1, least ?? 1)));
  return [from, Math.max(from * 10, 10 ** Math.ceil(Math.log10(Math.max(0.1, most ?? 1))))];
}

/** Without a pointer on the chart the legend tells of the number of people that was chosen. */
function showChosen(plot: uPlot, { users, curves }: CurveChartProps): void {
  if (plot.cursor.idx !== null && plot.cursor.idx !== undefined) return;
  const idx = curves.users.findIndex((each) => each >= users * 0.999);
  plot.setLegend({ idx: idx < 0 ? curves.users.length - 1 : idx }, false);
}

function shadeBeyond(plot: uPlot, parent: HTMLElement, trusted_max: number): void {
  const { ctx, bbox } = plot;
  const from = Math.max(bbox.left, plot.valToPos(trusted_max, "x", true));
  ctx.save();
  ctx.fillStyle = withAlpha(colourOf(parent, "--color-muted"));
  ctx.globalAlpha = 0.5;
  ctx.fillRect(from, bbox.top, bbox.left + bbox.width - from, bbox.height);
  ctx.restore();
}

/** A line where the reader is, and a dot with its number wherever the cheaper side changes. */
function drawMarks(plot: uPlot, parent: HTMLElement, props: CurveChartProps): void {
  const { ctx, bbox } = plot;
  const { crossings, curves, users } = props;
  const scale = window.devicePixelRatio;
  const ink = colourOf(parent, "--color-ink");
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  const here = Math.round(plot.valToPos(users, "x", true)) + 0.5;
  ctx.beginPath();
  ctx.moveTo(here, bbox.top);
  ctx.lineTo(here, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 ${12 * scale}px ${getComputedStyle(parent).fontFamily}`;
  ctx.textAlign = "center";
  for (const crossing of crossings) {
    const [x, y] = [
      plot.valToPos(crossing.users, "x", true),
      plot.valToPos(amountAt(curves, crossing.users), "y", true),
    ];
    ctx.beginPath();
    ctx.arc(x, y, 5 * scale, 0, 2 * Math.PI);
    ctx.fillStyle = colourOf(parent, "--color-surface");
    ctx.fill();
    ctx.lineWidth = 2 * scale;
    ctx.stroke();
    ctx.fillStyle = ink;
    ctx.fillText(short.format(crossing.users), x, y - 11 * scale);
  }
  ctx.restore();
}

/** What both sides cost where they cross: the edge's bill at the nearest point. */
function amountAt({ users, edge_usd }: Curves, at: number): number {
  const index = users.findIndex((each) => each >= at);
  return edge_usd[index < 0 ? edge_usd.length - 1 : index] ?? 1;
}
