import type { ConnectionState } from "../room/connection.ts";
import { Badge, type Tone } from "./badge.tsx";

const looks: Record<ConnectionState["kind"], readonly [tone: Tone, words: string]> = {
  connecting: ["neutral", "Connecting"],
  online: ["good", "Connected"],
  waiting: ["warn", "Reconnecting"],
  offline: ["bad", "Offline"],
  ended: ["bad", "Disconnected"],
};

/** The state of a page's connection to its room; said to screen readers when it changes. */
export function ConnectionBadge({ state }: { state: ConnectionState }) {
  const [tone, words] = looks[state.kind];
  return (
    <span role="status">
      <Badge tone={tone} busy={state.kind === "connecting" || state.kind === "waiting"}>
        {words}
      </Badge>
    </span>
  );
}
