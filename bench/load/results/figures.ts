import { bytesDown, type MeasuredModule, type Run, userHours } from "../../../cost/measured.ts";

export type SideName = Run["side"];

/** What the runs of one module, side and number of people come to; means over rounds. */
export interface Figures {
  readonly module: MeasuredModule;
  readonly side: SideName;
  readonly users: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  /** Good answers. */
  readonly answers: number;
  readonly failed: number;
  /** Of what is the side's own: not the gateways, which only stand in for the vendors'. */
  readonly cpu_sPerUserHour: number;
  readonly memory_mb: number;
  readonly memoryPeak_mb: number;
  /** As they went over the wire; payload of runs that did not count that. */
  readonly bytes_downPerUserHour: number;
  readonly payload_bytesPerUserHour: number;
  /** By how much Postgres grew; nothing where that was not counted. */
  readonly stored_bytesPerUserHour: number | undefined;
  /** What was logged; nothing where logs are on no bill. */
  readonly log_bytesPerUserHour: number | undefined;
  readonly unitsPerUserHour: Readonly<Record<string, number>>;
}

const mb = 1e6;

export function figuresOf(runs: readonly Run[]): readonly Figures[] {
  const groups = Map.groupBy(runs, ({ module, side, users }) => `${module} ${side} ${users}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [figuresOfGroup(first, group)];
  });
}

function figuresOfGroup({ module, side, users }: Run, runs: readonly Run[]): Figures {
  const hours = sum(runs.map(userHours));
  const mean = (of: (run: Run) => number) => sum(runs.map(of)) / runs.length;
  const own = (of: (process: Run["processes"][number]) => number) => (run: Run) =>
    sum(run.processes.filter(({ name }) => name !== "gateways").map(of));
  const perHour = (of: (run: Run) => number | undefined) => {
    const counted = runs.flatMap((run) => of(run) ?? []);
    return counted.length < runs.length ? undefined : sum(counted) / hours;
  };
  const units = new Set(runs.flatMap((run) => Object.keys(run.units)));
  return {
    module,
    side,
    users,
    p50_ms: mean(({ latency_ms }) => latency_ms.p50),
    p95_ms: mean(({ latency_ms }) => latency_ms.p95),
    p99_ms: mean(({ latency_ms }) => latency_ms.p99),
    answers: sum(runs.map(({ requests }) => requests.sent - requests.failed)),
    failed: sum(runs.map(({ requests }) => requests.failed)),
    cpu_sPerUserHour: sum(runs.map(own(({ cpu_s }) => cpu_s))) / hours,
    memory_mb: mean(own(({ rss_bytes_mean }) => rss_bytes_mean)) / mb,
    memoryPeak_mb: mean(own(({ rss_bytes_peak }) => rss_bytes_peak)) / mb,
    bytes_downPerUserHour: sum(runs.map(bytesDown)) / hours,
    payload_bytesPerUserHour: sum(runs.map(({ bytes_out }) => bytes_out)) / hours,
    stored_bytesPerUserHour: perHour(({ stored_bytes }) => stored_bytes),
    log_bytesPerUserHour: perHour(({ log_bytes }) => log_bytes),
    unitsPerUserHour: Object.fromEntries(
      [...units].map((unit) => [unit, sum(runs.map((run) => run.units[unit] ?? 0)) / hours]),
    ),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
