import process from "node:process";
import { sdkSize } from "../../local/analytics/sdk-size.ts";
import { Baseline } from "../analytics/baseline-process.ts";
import { workerdCpu_us } from "../analytics/cpu.ts";
import { batch_events, batchOf, closedLoop } from "../analytics/load.ts";
import { pageLoads_ms } from "../analytics/pages.ts";
import { p95, reportLatencies_ms } from "../analytics/reports.ts";
import { AnalyticsStack } from "../analytics/stack.ts";
import { tailLatencies_ms } from "../analytics/tail.ts";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const clients = 6;
const batches = 120;
const baselineBatches = 20;
const warm = 10;
const say = (line: string) => process.stderr.write(`${line}\n`);

/**
 * What it takes to bring a game's events in: batches of 500, packed, in a closed loop against the
 * whole product on this machine; beside it, in turn, the document's writer, which pushes events into
 * an array and writes them row by row. Processor time is that of workerd, buffers included, and of
 * the other's process; the database's own is in neither.
 */
export async function bench(): Promise<BenchResult> {
  say("starting the stack");
  const stack = await AnalyticsStack.start();
  let baseline: Baseline | undefined;
  try {
    baseline = await Baseline.start(stack.stack.postgres.databaseUrl);
    await load(stack, warm);
    await baseline.load(2);
    say("measuring, in turn");
    const before = await stack.used();
    const ours = { took_s: 0, cpu_us: 0, drain_s: 0 };
    const theirs = { took_s: 0, cpu_us: 0 };
    const rounds = 3;
    for (let round = 0; round < rounds; round += 1) {
      const one = await load(stack, batches / rounds);
      ours.took_s += one.took_s;
      ours.cpu_us += one.cpu_us;
      ours.drain_s += one.drain_s;
      const other = await baseline.load(Math.ceil(baselineBatches / rounds));
      theirs.took_s += other.took_s;
      theirs.cpu_us += other.cpu_us / rounds / Math.ceil(baselineBatches / rounds) / batch_events;
    }
    const events = batches * batch_events;
    const used = await stack.used();
    const per1000 = (unit: string) =>
      rounded((((used.get(unit) ?? 0) - (before.get(unit) ?? 0)) / events) * 1000);
    say("watching the tail");
    const tail_ms = await tailLatencies_ms(stack);
    const sent = (warm + batches) * batch_events + tail_ms.length;
    await stack.drained(sent);
    const kept = await stack.kept();
    const cpu_us_per_event = ours.cpu_us / events;
    const { dead_events } = await stack.metrics();
    say("asking for reports of 90 days and 500 levels");
    const { page_ms, cold_ms } = await reportLatencies_ms(stack);
    say("loading pages of 90 days and 500 levels");
    const pages = await pageLoads_ms(stack);
    if (pages === undefined) say("no Chromium: page loads are not measured");
    return {
      accepted_events_per_s: Math.round(events / ours.took_s),
      flushed_events_per_s: Math.round(events / (ours.took_s + ours.drain_s)),
      cpu_us_per_event: rounded(cpu_us_per_event),
      baseline_cpu_us_per_event: rounded(theirs.cpu_us),
      baseline_events_per_s: Math.round(
        (Math.ceil(baselineBatches / rounds) * rounds * batch_events) / theirs.took_s,
      ),
      ingest_ratio: rounded(theirs.cpu_us / cpu_us_per_event),
      pg_round_trips_per_1000: per1000("sql_round_trips"),
      redis_commands_per_1000: per1000("redis_commands"),
      rows_written_per_1000: per1000("rows_written"),
      room_requests_per_1000: per1000("room_requests"),
      lost: sent - kept.distinct,
      duplicates: kept.rows - kept.distinct,
      dead: dead_events,
      tail_p95_ms: Math.round(percentile(tail_ms, 0.95)),
      metrics_p95_ms_90d_500levels: p95(page_ms),
      metrics_cold_p95_ms_90d_500levels: p95(cold_ms),
      ...(pages === undefined
        ? {}
        : {
            page_overview_ms: Math.round(percentile(pages.overview_ms, 0.5)),
            page_levels_ms: Math.round(percentile(pages.levels_ms, 0.5)),
            page_levels_whole_ms: Math.round(percentile(pages.levelsWhole_ms, 0.5)),
            page_overview_cold_ms: Math.round(percentile(pages.overviewCold_ms, 0.5)),
            page_levels_cold_ms: Math.round(percentile(pages.levelsCold_ms, 0.5)),
          }),
      sdk_gzip_bytes: (await sdkSize("browser")).gzip_bytes,
    };
  } finally {
    await baseline?.stop();
    await stack.stop();
  }
}

/** Sends batches, then waits until they are in the database. */
async function load(stack: AnalyticsStack, count: number) {
  const packed = Array.from({ length: count }, (_, n) => batchOf(n).packed);
  const before = await stack.kept();
  const cpuBefore_us = await workerdCpu_us(process.pid);
  const took_s = await closedLoop(clients, count, async (n) => {
    const body = packed[n];
    if (body !== undefined) await stack.send(new Uint8Array(body));
  });
  const began_ms = performance.now();
  await stack.drained(before.rows + count * batch_events);
  const drain_s = (performance.now() - began_ms) / 1000;
  return { took_s, drain_s, cpu_us: (await workerdCpu_us(process.pid)) - cpuBefore_us };
}
