/** The media type of the text format, as Prometheus asks for it. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

/**
 * One metric in Prometheus's text exposition format, version 0.0.4: two lines that say what it is,
 * and a line for each sample. Without a sample there is nothing to say, not even a zero.
 */
export function metric(
  name: string,
  type: "counter" | "gauge",
  help: string,
  samples: readonly Sample[],
): string {
  if (samples.length === 0) return "";
  const lines = samples.map(([labels, value]) => sampleLine(name, labels, value));
  return `${head(name, type, help)}${lines.join("")}`;
}

/** One series of a histogram: counts by bucket, not cumulative, the last one without a bound. */
export interface HistogramSample {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
}

/** @param bounds upper bounds of all buckets but the last, in the metric's unit */
export function histogram(
  name: string,
  help: string,
  bounds: readonly number[],
  samples: readonly HistogramSample[],
): string {
  if (samples.length === 0) return "";
  const lines = samples.flatMap(({ labels, counts, sum }) => {
    let total = 0;
    const buckets = [...bounds.map(String), "+Inf"].map((le, index) => {
      total += counts[index] ?? 0;
      return sampleLine(`${name}_bucket`, { ...labels, le }, total);
    });
    return [
      ...buckets,
      sampleLine(`${name}_sum`, labels, sum),
      sampleLine(`${name}_count`, labels, total),
    ];
  });
  return `${head(name, "histogram", help)}${lines.join("")}`;
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")}\n# TYPE ${name} ${type}\n`;
}

function sampleLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
