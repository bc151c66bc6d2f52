import { tailMachine } from "../rooms/analytics/machine.ts";
import { callMachine } from "../rooms/match/call/machine.ts";
import { lobbyMachine } from "../rooms/match/lobby/machine.ts";
import { watchMachine } from "../rooms/watch/machine.ts";
import { createApi } from "./api.ts";
import { consumeJobs, runCron } from "./jobs/worker.ts";
import { servicesOf } from "./services.ts";

export { AnalyticsBuffer, AnalyticsTail } from "../rooms/analytics/partyserver.ts";
export { CallRoom } from "../rooms/match/call/partyserver.ts";
export { LobbyRoom } from "../rooms/match/lobby/partyserver.ts";
export { WatchRoom } from "../rooms/watch/partyserver.ts";
export type { Api } from "./api.ts";

const { limits, worstCaseBytes } = watchMachine;

const api = createApi(servicesOf, {
  watch: {
    connections_max: limits.connections_max,
    bytes_max: worstCaseBytes(limits),
  },
  analytics: {
    connections_max: tailMachine.limits.connections_max,
    bytes_max: tailMachine.worstCaseBytes(tailMachine.limits),
  },
  lobby: {
    connections_max: lobbyMachine.limits.connections_max,
    bytes_max: lobbyMachine.worstCaseBytes(lobbyMachine.limits),
  },
  call: {
    connections_max: callMachine.limits.connections_max,
    bytes_max: callMachine.worstCaseBytes(callMachine.limits),
  },
});

/** The Worker's entry: the API, the queue's and the clock's handlers, and the classes of its rooms. */
export default { fetch: api.fetch, queue: consumeJobs, scheduled: runCron };
