import { scaleTo, shortNumber } from "./scale.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Which of the series it belongs to; gives its colour. */
  readonly series: number;
}

export interface Chart {
  readonly title: string;
  /** What the values are, with their unit. */
  readonly axis: string;
  readonly series: readonly string[];
  /** Bars that stand together, with what is written under them. */
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
}

const width = 860;
const [left, right, top, plot, bottom] = [70, 20, 76, 260, 74];
const height = top + plot + bottom;
/** Told apart by those who see few colours, on light and on dark (Okabe and Ito, 2008). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** A chart of bars as an SVG file that follows the reader's light or dark scheme. */
export function barChart(chart: Chart): string {
  const values = chart.groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const { max, ticks } = scaleTo(Math.max(0, ...values));
  const y = (value: number) => top + plot - (value / max) * plot;
  const slot = (width - left - right) / Math.max(1, chart.groups.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(chart.title)}">
<style>text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:17px;font-weight:600}.small{font-size:11px}line{stroke:#8884}svg{background:#fff}@media(prefers-color-scheme:dark){text{fill:#e6e6e6}svg{background:#16181d}}</style>
<text class="title" x="${left}" y="26">${escaped(chart.title)}</text>
${legend(chart.series)}
<text class="small" transform="translate(16 ${top + plot / 2}) rotate(-90)" text-anchor="middle">${escaped(chart.axis)}</text>
${ticks.map((tick) => gridLine(y(tick), shortNumber(tick))).join("\n")}
${chart.groups.map((group, index) => barGroup(group, left + index * slot, slot, y)).join("\n")}
</svg>
`;
}

function legend(series: readonly string[]): string {
  return series
    .map((name, index) => {
      const x = left + index * 190;
      return `<rect x="${x}" y="42" width="12" height="12" rx="2" fill="${colours[index % colours.length]}"/><text x="${x + 18}" y="53">${escaped(name)}</text>`;
    })
    .join("\n");
}

function gridLine(y: number, label: string): string {
  return `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"/><text class="small" x="${left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function barGroup(
  { label, bars }: Chart["groups"][number],
  x: number,
  slot: number,
  y: (value: number) => number,
): string {
  const bar = Math.min(44, (slot * 0.8) / Math.max(1, bars.length));
  const first = x + (slot - bar * bars.length) / 2;
  const drawn = bars.map(({ value, series, label: told }, index) => {
    const at = first + index * bar;
    return `<rect x="${at + 1}" y="${y(value)}" width="${bar - 2}" height="${top + plot - y(value)}" fill="${colours[series % colours.length]}"><title>${escaped(told)}: ${shortNumber(value)}</title></rect><text class="small" x="${at + bar / 2}" y="${y(value) - 4}" text-anchor="middle">${shortNumber(value)}</text>`;
  });
  const [above = "", below = ""] = label.split("\n");
  return `${drawn.join("\n")}
<text x="${x + slot / 2}" y="${top + plot + 20}" text-anchor="middle">${escaped(above)}</text><text class="small" x="${x + slot / 2}" y="${top + plot + 38}" text-anchor="middle">${escaped(below)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
