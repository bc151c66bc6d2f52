import { watchMachine } from "../rooms/watch/machine.ts";
import { createApi } from "./api.ts";
import { consumeJobs, runCron } from "./jobs/worker.ts";
import { servicesOf } from "./services.ts";

export { WatchRoom } from "../rooms/watch/partyserver.ts";
export type { Api } from "./api.ts";

const { limits, worstCaseBytes } = watchMachine;

const api = createApi(servicesOf, {
  watch: {
    connections_max: limits.connections_max,
    bytes_max: worstCaseBytes(limits),
  },
});

/** The Worker's entry: the API, the queue's and the clock's handlers, and the classes of its rooms. */
export default { fetch: api.fetch, queue: consumeJobs, scheduled: runCron };
