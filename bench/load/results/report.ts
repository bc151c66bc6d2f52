import type { MeasuredModule, Measurement, Run } from "../../../cost/measured.ts";
import { documentNotes, matchDocument } from "./documents.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { shortNumber } from "./scale.ts";
import { warningsOf } from "./warnings.ts";

/** So much better has a side to be before the report calls it that; less is the noise of runs. */
const clearly = 1.1;
/** Of fewer answers a 95th percentile says nothing that a verdict could rest on. */
const answers_min = 200;

const titles = { watch: "Watch", match: "Match", analytics: "Analytics" } as const;

/**
 * The report that stands beside the results, in Markdown.
 * @param behaviours what a person of each module does
 * @param charts names of the SVG files that lie beside it, as `<date>-<name>.svg`
 */
export function reportOf(
  measurement: Measurement,
  behaviours: Readonly<Record<MeasuredModule, string>>,
  charts: readonly string[],
): string {
  const { date, machine, versions, runs } = measurement;
  const figures = figuresOf(runs);
  const modules = [...new Set(figures.map(({ module }) => module))];
  const versionText = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# The old design beside Offrail, ${date}

The same people on either side, each side before a real Redis and a real PostgreSQL of its own, one after the other on a machine of ${machine.cpus} processors and ${machine.memory_gb} GB, which also ran the people. ${versionText.join(", ")}. The old design runs with the flags of its 1 GB plan.

- A latency counts from the moment something was due, not from when it was sent. What failed counts among the latencies with the time for which an answer is waited for, and not among the answers.
- Processor time and memory are the operating system's, for each side with its databases. At the edge the two gateways that stand in for the vendors' are left out; at home they cannot be.
- Locally the Worker runs in a server of its own, whose fixed memory nobody is billed for at the edge: there, rooms are billed by the second in which they are awake.
- Bytes over the wire are those of TCP before each side, with headers and frames, packed as the side packs them; TLS is not among them. Of runs that did not count them, payload stands there, too. The local Worker packs nothing, which the platform does for it. Payload is what people received, unpacked.
- Kept is by how much Postgres' files grew, with indexes. They grow page by page, and by old versions of rows whose place is used again later, so that this is rather too much.
- Units, processor time and bytes are counted until all that was begun is over. Those of an hour of one person are reckoned by the time in which people began things.
- The meter's own Redis commands are among the Redis commands, and stand apart below them. Rooms that people sit in tell the isolate of their counts at once here and have it write them; in production each tells by itself four times an hour, some eight commands each time, which no run has.

${charts.map((name) => `![${name}](${date}-${name}.svg)`).join("\n\n")}

${modules.map((module) => moduleSection(module, figures, runs, behaviours[module])).join("\n")}`;
}

function moduleSection(
  module: MeasuredModule,
  all: readonly Figures[],
  runs: readonly Run[],
  behaviour: string,
): string {
  const figures = all.filter((one) => one.module === module);
  const own = runs.filter((run) => run.module === module);
  return `## ${titles[module]}

${behaviour}

${table(
  [
    "people",
    "side",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "answers",
    "failed",
    "CPU-s/user-hour",
    "memory MB",
    "peak MB",
    "KB over the wire/user-hour",
    "KB payload/user-hour",
    "KB kept/user-hour",
  ],
  figures.map((one) => [
    String(one.users),
    one.side,
    shortNumber(one.p50_ms),
    shortNumber(one.p95_ms),
    shortNumber(one.p99_ms),
    String(one.answers),
    String(one.failed),
    shortNumber(one.cpu_sPerUserHour),
    shortNumber(one.memory_mb),
    shortNumber(one.memoryPeak_mb),
    shortNumber(one.bytes_downPerUserHour / 1_000),
    shortNumber(one.payload_bytesPerUserHour / 1_000),
    kilobytes(one.stored_bytesPerUserHour),
  ]),
)}
${module === "match" ? documentTable() : ""}
${documentNotes[module]}

${verdicts(figures)
  .map((line) => `- ${line}`)
  .join("\n")}

### By what was done

${table(
  ["people", "side", "what", "answers", "failed", "p50 ms", "p95 ms", "p99 ms"],
  own.flatMap(({ users, side, kinds }) =>
    Object.entries(kinds ?? {}).map(([kind, { answers, failed = 0, p50, p95, p99 }]) => [
      String(users),
      side,
      kind,
      String(answers),
      String(failed),
      ...[p50, p95, p99].map(shortNumber),
    ]),
  ),
)}
### By process

${table(
  ["people", "side", "process", "CPU s", "memory MB", "peak MB"],
  own.flatMap(({ users, side, processes }) =>
    processes.map(({ name, cpu_s, rss_bytes_mean, rss_bytes_peak }) => [
      String(users),
      side,
      name,
      shortNumber(cpu_s),
      shortNumber(rss_bytes_mean / 1e6),
      shortNumber(rss_bytes_peak / 1e6),
    ]),
  ),
)}
${unitsTable(figures)}${failureList(own)}${warningList(own)}
${howTable(own)}`;
}

/** Runs of one report may be of different days of work. */
function howTable(runs: readonly Run[]): string {
  const versionsOf = (versions: Readonly<Record<string, string>>) =>
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ");
  return `### How each was measured

${table(
  ["people", "side", "commit", "seconds", "counted for s", "warm-up s", "round", "versions"],
  runs.map(({ users, side, duration_s, sampled_s, how }) => [
    String(users),
    side,
    how?.commit ?? "not noted",
    String(duration_s),
    sampled_s === undefined ? "not noted" : shortNumber(sampled_s),
    how === undefined ? "" : String(how.warm_s),
    how === undefined ? "" : `${how.round} of ${how.rounds}`,
    how === undefined ? "" : versionsOf(how.versions),
  ]),
)}`;
}

function warningList(runs: readonly Run[]): string {
  const lines = runs.flatMap((run) =>
    warningsOf(run).map((warning) => `- ${run.side}, ${run.users} people: ${warning}`),
  );
  return lines.length === 0 ? "" : `\n### To be doubted\n\n${lines.join("\n")}\n`;
}

function documentTable(): string {
  return `
What its document expects of the old design:

${table(
  ["people", "response ms", "memory MB", "MB/minute"],
  matchDocument.map(({ users, response_ms, memory_mb, network_mbPerMinute }) => [
    String(users),
    String(response_ms ?? ""),
    String(memory_mb),
    String(network_mbPerMinute),
  ]),
)}`;
}

function unitsTable(figures: readonly Figures[]): string {
  const edge = figures.filter(({ side }) => side === "edge");
  const units = Object.keys(edge[0]?.unitsPerUserHour ?? {});
  if (units.length === 0) return "";
  return `### Units of one person in an hour, at the edge

${table(
  ["unit", ...edge.map(({ users }) => `${users} people`)],
  [
    ...units.map((unit) => [
      unit,
      ...edge.map(({ unitsPerUserHour }) => shortNumber(unitsPerUserHour[unit] ?? 0)),
    ]),
    ["KB of logs", ...edge.map(({ log_bytesPerUserHour }) => kilobytes(log_bytesPerUserHour))],
  ],
)}`;
}

const kilobytes = (bytes: number | undefined) =>
  bytes === undefined ? "not counted" : shortNumber(bytes / 1_000);

function failureList(runs: readonly Run[]): string {
  const lines = runs.flatMap(({ users, side, failures }) =>
    Object.entries(failures ?? {}).map(
      ([why, times]) => `- ${side}, ${users} people: ${why}, ${times} times`,
    ),
  );
  return lines.length === 0 ? "" : `\n### What failed\n\n${lines.join("\n")}\n`;
}

/** Who is better at what, in words, for each number of people that both sides were measured with. */
export function verdicts(figures: readonly Figures[]): readonly string[] {
  const counts = [...new Set(figures.map(({ users }) => users))];
  return counts.flatMap((users) => {
    const of = (side: Figures["side"]) =>
      figures.find((one) => one.users === users && one.side === side);
    const [edge, container] = [of("edge"), of("container")];
    if (edge === undefined || container === undefined)
      return [`With ${users} people only one side was measured.`];
    const few = Math.min(edge.answers, container.answers) < answers_min;
    return [
      `With ${users} people ${[
        few
          ? `there are too few answers to say who answers sooner (${edge.answers} and ${container.answers})`
          : verdict("answers sooner (p95)", edge.p95_ms, container.p95_ms),
        verdict("takes less processor time", edge.cpu_sPerUserHour, container.cpu_sPerUserHour),
        verdict("holds less memory on this machine", edge.memory_mb, container.memory_mb),
      ].join("; ")}.`,
    ];
  });
}

function verdict(what: string, edge: number, container: number): string {
  const [less, more] = edge < container ? [edge, container] : [container, edge];
  if (less === 0 || more / less < clearly) return `neither side clearly ${what}`;
  const better = edge < container ? "Offrail" : "the old design";
  return `${better} ${what} (${shortNumber(less)} against ${shortNumber(more)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}
