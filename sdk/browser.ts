import { type Analytics, type ClientOptions, startClient } from "./client.ts";
import { commonHost, type Host } from "./host.ts";
import { type EventStore, memoryStore, storeName } from "./store.ts";
import { indexedDbStore } from "./store-indexeddb.ts";

export type { Analytics, ClientOptions, Stats } from "./client.ts";
export type { Refusal, Trouble } from "./outbox.ts";

/**
 * Starts recording in a browser. Events wait in IndexedDB, which all tabs of the site share; one tab
 * at a time sends them. In a browser that has no IndexedDB to give they wait in memory.
 * @example
 * const analytics = await startAnalytics({ url, writeKey: "offw_...", player: "player-7" });
 * analytics.level({ level: "1-1", status: "start" });
 */
export async function startAnalytics(options: ClientOptions): Promise<Analytics> {
  const { writeKey } = options;
  const name = storeName(`offrail-${writeKey.slice(0, 16)}`, writeKey);
  const store: EventStore = await indexedDbStore(name).catch(memoryStore);
  return await startClient(options, store, browserHost(name));
}

function browserHost(name: string): Host {
  return {
    ...commonHost,
    keepalive: "keepalive" in Request.prototype,
    beacon: navigator.sendBeacon?.bind(navigator),
    after(wait_ms, work) {
      const timer = setTimeout(work, wait_ms);
      return () => clearTimeout(timer);
    },
    async alone(work) {
      const { locks } = navigator;
      if (locks === undefined) return await work();
      await locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
    },
    onHidden(tell) {
      let was = false;
      const see = (hidden: boolean) => {
        if (hidden !== was) tell(hidden);
        was = hidden;
      };
      const look = () => see(document.visibilityState === "hidden");
      // Not every browser hides a page before it goes.
      const leave = () => see(true);
      const seen = [
        ["visibilitychange", look],
        ["pageshow", look],
        ["pagehide", leave],
      ] as const;
      // The first of them bubbles up from the document.
      for (const [name, listener] of seen) addEventListener(name, listener);
      return () => {
        for (const [name, listener] of seen) removeEventListener(name, listener);
      };
    },
  };
}
