import type { Run } from "../../../cost/measured.ts";

/** People of these are in rooms by sockets. */
const bySocket: ReadonlySet<Run["module"]> = new Set(["watch", "match"]);

/** What makes a run's figures doubtful, in sentences; nothing for most. */
export function warningsOf({ module, side, requests, units }: Run): readonly string[] {
  if (side !== "edge") return [];
  const answers = requests.sent - requests.failed;
  const silent = bySocket.has(module) && (units.socket_messages_in ?? 0) === 0;
  return silent && answers > 0
    ? [`${answers} answers, and no room counted a message: its units are missing from this run`]
    : [];
}
