declare namespace Cloudflare {
  interface Env {
    readonly WATCH_ROOM: DurableObjectNamespace<import("./worker.ts").CountedWatchRoom>;
    readonly PROBE_ROOM: DurableObjectNamespace<import("./worker.ts").ProbeRoom>;
    readonly AWAKE_ROOM: DurableObjectNamespace<import("./worker.ts").AwakeRoom>;
  }
  interface GlobalProps {
    readonly mainModule: typeof import("./worker.ts");
  }
}
