import type { WatchDown } from "../../../protocol/watch/down.ts";
import type { Report } from "../../../protocol/watch/report.ts";
import type { JoinedWatchRoom } from "../../../protocol/watch/rest.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import type { ConnectionState } from "../../room/connection.ts";
import type { Runtime } from "../runtime.ts";

/** A socket to the room that comes back by itself. */
export interface Link {
  /** @returns false when the socket is away and the message was dropped */
  send(message: WatchUp): boolean;
  /** Tries again now, instead of later or never. */
  retry(): void;
  /** Leaves for good. */
  stop(): void;
}

/** How to come back in one round trip, without asking anybody first. */
export interface Resume {
  readonly token: string;
  /** The chat's cursor, so that what was missed comes with the welcome. */
  readonly since: number;
}

export interface LinkOptions {
  /** Asked before each attempt: how to come back, or null for joining anew. */
  readonly resume: () => Resume | null;
  /** A join was answered; its token is being used. */
  readonly onJoined: (joined: JoinedWatchRoom) => void;
  readonly onMessage: (message: WatchDown) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** What a session reaches of the world. Nothing else in it does I/O or looks at a clock. */
export interface SessionPorts {
  readonly runtime: Runtime;
  connect(options: LinkOptions): Link;
  /** Asks the server's clock over HTTP, so that the room sleeps on; null when it did not answer. */
  askTime(done: (server_ms: number | null) => void): void;
  /** Tells over HTTP how it went, when no message would carry it; best effort. */
  postReport(report: Report): void;
  /** Something a person should read: what the room did not take, and why. */
  notify(text: string): void;
}
