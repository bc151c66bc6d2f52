declare namespace Cloudflare {
  interface Env {
    readonly WATCH_ROOM: DurableObjectNamespace<import("./worker.ts").CountedWatchRoom>;
    readonly LOBBY_ROOM: DurableObjectNamespace<import("./worker.ts").CountedLobbyRoom>;
    readonly CALL_ROOM: DurableObjectNamespace<import("./worker.ts").CountedCallRoom>;
    readonly ANALYTICS_BUFFER: DurableObjectNamespace<import("./worker.ts").CountedAnalyticsBuffer>;
    readonly ANALYTICS_TAIL: DurableObjectNamespace<import("./worker.ts").AnalyticsTail>;
    readonly PROBE_ROOM: DurableObjectNamespace<import("./worker.ts").ProbeRoom>;
    readonly AWAKE_ROOM: DurableObjectNamespace<import("./worker.ts").AwakeRoom>;
  }
  interface GlobalProps {
    readonly mainModule: typeof import("./worker.ts");
  }
}
