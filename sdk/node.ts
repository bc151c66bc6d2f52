import { type Analytics, type ClientOptions, startClient } from "./client.ts";
import { commonHost, type Host } from "./host.ts";
import { storeName } from "./store.ts";
import { fileStore } from "./store-file.ts";

export type { Analytics, ClientOptions, Stats } from "./client.ts";
export type { Refusal, Trouble } from "./outbox.ts";
export { StoreInUseError } from "./store-file.ts";

/**
 * Starts recording in a Node program. Events wait in a file, which belongs to this program alone.
 * Timers do not keep the program alive: end it with `await analytics.stop()`; what could not be sent
 * by then is sent by the next start with the same file.
 * @param path of the file; made if it is not there. With a sandbox key it is `<path>-sandbox`
 * @throws StoreInUseError while another program has the file
 */
export async function startAnalytics(options: ClientOptions, path: string): Promise<Analytics> {
  const store = await fileStore(storeName(path, options.writeKey));
  return await startClient(options, store, nodeHost);
}

const nodeHost: Host = {
  ...commonHost,
  after(wait_ms, work) {
    const timer = setTimeout(work, wait_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  alone: (work) => work(),
  onHidden: () => () => {},
};
