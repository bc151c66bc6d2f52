import { timeSchema } from "../../../protocol/time.ts";
import { type WatchDown, watchDownSchema } from "../../../protocol/watch/down.ts";
import type { JoinedWatchRoom } from "../../../protocol/watch/rest.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import { RoomConnection } from "../../room/connection.ts";
import { browserRuntime } from "../runtime.ts";
import type { LinkOptions, Resume, SessionPorts } from "./ports.ts";

/** A clock probe that takes longer says nothing. */
const time_ms_max = 5_000;

export interface BrowserPortsOptions {
  /** Joins the room and says where its socket is; asked when no resume token will do. */
  readonly join: () => Promise<JoinedWatchRoom>;
  /** Something a person should read: a command that the room did not take, and why. */
  readonly onNotice: (text: string) => void;
}

/** A session's world in a browser. */
export function browserPorts({ join, onNotice }: BrowserPortsOptions): SessionPorts {
  let joined: JoinedWatchRoom | undefined;
  const connect = ({ resume, onJoined, onMessage, onState }: LinkOptions) =>
    new RoomConnection<WatchUp, WatchDown>({
      address: async () => {
        const known = resume();
        if (known !== null && joined !== undefined) return resumeAddress(joined, known);
        joined = await join();
        onJoined(joined);
        return socketAddress(joined.socketPath, joined.token).href;
      },
      down: watchDownSchema,
      onMessage,
      onState,
    });
  return {
    runtime: browserRuntime,
    connect,
    askTime: (done) => void askTime().then(done, () => done(null)),
    postReport: (report) => {
      if (joined === undefined) return;
      const path = `/v1/watch/rooms/${joined.room.id}/reports`;
      const body = JSON.stringify({ seat: joined.seat, report });
      // A beacon goes out even while the page is being closed.
      navigator.sendBeacon(path, new Blob([body], { type: "application/json" }));
    },
    notify: onNotice,
  };
}

async function askTime(): Promise<number> {
  const response = await fetch("/v1/time", {
    cache: "no-store",
    signal: AbortSignal.timeout(time_ms_max),
  });
  return timeSchema.parse(await response.json()).server_ms;
}

function resumeAddress({ socketPath }: JoinedWatchRoom, { token, since }: Resume): string {
  const address = socketAddress(socketPath, token);
  address.searchParams.set("since", String(since));
  return address.href;
}

function socketAddress(path: string, token: string): URL {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("token", token);
  return address;
}
