import type { Side } from "../driver.ts";
import type { WireBytes } from "./wire.ts";

/** A process of a side, by the name it has in the results. */
export interface SideProcess {
  readonly name: "worker" | "server" | "redis" | "postgres" | "gateways";
  /** With all they started. */
  readonly pids: readonly number[];
}

/** A side that runs on this machine and can be measured. */
export interface RunningSide extends Side {
  readonly processes: readonly SideProcess[];
  readonly versions: Readonly<Record<string, string>>;
  /**
   * What the meter has counted so far, by unit, once it has written all of it down; nothing where
   * there is no meter. It takes some seconds.
   */
  units(): Promise<Readonly<Record<string, number>>>;
  /** How many bytes the Worker and its rooms have logged so far; where logs are on no bill, nothing. */
  logged?(): number;
  /** What has gone over the wire so far. */
  bytes(): Promise<WireBytes>;
  stop(): Promise<void>;
}
