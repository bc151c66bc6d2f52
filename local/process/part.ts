import process from "node:process";
import { guardGroup } from "./guard.ts";

/** A running piece of the local stack. `info` is plain data: it crosses a process boundary. */
export interface Part<Info> {
  readonly info: Info;
  /** What it has counted so far, by name. Only whoever started it can ask. */
  counted?(): PartCounts;
  stop(): Promise<void>;
}

export type PartCounts = Readonly<Record<string, number>>;

/** What a child tells its parent over IPC: once, that it runs, or why it does not. */
export type PartMessage<Info> =
  | { readonly type: "ready"; readonly info: Info }
  | { readonly type: "failed"; readonly message: string };

/** And whenever it is asked. */
export interface CountsMessage {
  readonly type: "counts";
  readonly counts: PartCounts;
}

/**
 * Turns a start function into a process of its own: the entry of a child that `startPart` forks.
 * Options come as JSON in the first argument. The child ends when its parent asks, and also when
 * the parent is gone without asking, because then the IPC channel closes.
 */
export async function runPart<Options, Info>(
  start: (options: Options) => Promise<Part<Info>>,
): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? "{}") as Options;
  const tell = (message: PartMessage<Info> | CountsMessage) => process.send?.(message);
  guardGroup();
  try {
    const part = await start(options);
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      part.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.on("disconnect", stop);
    process.on("SIGTERM", stop);
    process.on("message", (message) => {
      if (message === "stop") stop();
      if (message === "counts") tell({ type: "counts", counts: part.counted?.() ?? {} });
    });
    if (process.channel === undefined) stop();
    tell({ type: "ready", info: part.info });
  } catch (error) {
    tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect?.();
  }
}
