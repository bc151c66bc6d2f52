import { type Measurement, measuredModules, measurementSchema } from "../measured.ts";

const hour_s = 3_600;
const mb = 1e6;

/**
 * Made up, for tests alone: a machine on which everything is easy to reckon, one message a person and
 * minute, a query an hour, and so on.
 */
export const easyMeasurement: Measurement = measurementSchema.parse({
  date: "2026-01-01",
  machine: { cpus: 2, memory_gb: 8 },
  versions: {},
  runs: measuredModules.flatMap((module) =>
    [100, 200].flatMap((users) => [
      {
        module,
        side: "edge",
        users,
        duration_s: hour_s,
        processes: [
          { name: "worker", cpu_s: users, rss_bytes_peak: 300 * mb, rss_bytes_mean: 200 * mb },
        ],
        bytes_out: 0,
        latency_ms: { p50: 1, p95: 2, p99: 3 },
        requests: { sent: users, failed: 0 },
        units: {
          worker_requests: users * 10,
          socket_messages_in: users * 60,
          room_requests: users,
          room_awake_ms: users * 1_000,
          rows_written: users * 5,
          redis_commands: users * 20,
          sql_round_trips: users,
        },
      },
      {
        module,
        side: "container",
        users,
        duration_s: hour_s,
        processes: [
          {
            name: "server",
            cpu_s: users * 36,
            rss_bytes_peak: 500 * mb,
            rss_bytes_mean: (100 + users) * mb,
          },
          { name: "postgres", cpu_s: 0, rss_bytes_peak: 0, rss_bytes_mean: 0 },
        ],
        bytes_out: users * mb,
        latency_ms: { p50: 1, p95: 2, p99: 3 },
        requests: { sent: users, failed: 0 },
        units: {},
      },
    ]),
  ),
});
