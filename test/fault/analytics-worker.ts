import { dirname } from "node:path";
import process from "node:process";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { guardGroup } from "../../local/process/guard.ts";

/** workerd with analytics in it, as a process of its own, to be killed. */

export interface AnalyticsWorkerOptions {
  readonly script: string;
  /** Where buffers keep what they were given. */
  readonly rooms: string;
  readonly port: number;
  readonly bindings: Readonly<Record<string, string>>;
}

async function run({ script, rooms, port, bindings }: AnalyticsWorkerOptions): Promise<void> {
  guardGroup();
  process.on("disconnect", () => process.kill(0, "SIGKILL"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "analytics",
      modules: true,
      modulesRoot: dirname(script),
      scriptPath: script,
      compatibilityDate: "2026-08-15",
      compatibilityFlags: ["nodejs_compat"],
      host: "127.0.0.1",
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      durableObjects: {
        ANALYTICS_BUFFER: { className: "AnalyticsBuffer", useSQLite: true },
        ANALYTICS_TAIL: { className: "AnalyticsTail", useSQLite: true },
      },
      resourcePersistencePath: rooms,
      bindings,
    }),
  );
  await miniflare.ready;
  process.send?.("ready");
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? "{}") as AnalyticsWorkerOptions);
