import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CountsMessage, Part, PartCounts, PartMessage } from "./part.ts";

const stop_ms_max = 5_000;
const counts_ms_max = 5_000;

/** A part in a process of its own. */
export interface StartedPart<Info> extends Part<Info> {
  /** What the part has counted so far. @throws Error when it does not say in time */
  counts(): Promise<PartCounts>;
}

/** Told of what a part writes to its output, which otherwise goes where the caller's goes. */
export type OnOutput = (written: Buffer) => void;

/**
 * Runs one part of the local stack in a process of its own and waits until it answers.
 * @param entry the child's module, as a URL relative to the caller (`new URL("./main.ts", import.meta.url)`)
 * @param options plain data handed to its start function
 * @param ready_ms_max how long it may take until it must have said that it runs
 * @param onOutput told of all that it writes
 * @throws Error with one line that says what went wrong and what to do
 */
export async function startPart<Info>(
  entry: URL,
  options: unknown,
  ready_ms_max: number,
  onOutput?: OnOutput,
): Promise<StartedPart<Info>> {
  const output = onOutput === undefined ? "inherit" : "pipe";
  const child = fork(fileURLToPath(entry), [JSON.stringify(options)], {
    stdio: ["ignore", output, output, "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // A group of its own: Ctrl-C reaches the parent alone, which decides the order of stopping, and
    // the child's guard can end all that the child started (see guard.ts).
    detached: true,
  });
  if (onOutput !== undefined)
    for (const from of [child.stdout, child.stderr]) from?.on("data", onOutput);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // A message to a child that is just going fails; its exit says all there is to say.
  child.on("error", () => {});
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.connected) child.send("stop");
    else child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stop_ms_max);
    await exited;
    clearTimeout(timer);
  };
  try {
    const message = await firstMessage<Info>(child, ready_ms_max);
    if (message.type === "failed") throw new Error(message.message);
    return { info: message.info, counts: () => countsOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstMessage<Info>(
  child: ReturnType<typeof fork>,
  ready_ms_max: number,
): Promise<PartMessage<Info>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${child.spawnargs[1]} was not ready after ${ready_ms_max} ms`)),
      ready_ms_max,
    );
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve(message as PartMessage<Info>);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${child.spawnargs[1]} ended before it was ready (${signal ?? code})`));
    });
  });
}

function countsOf(child: ReturnType<typeof fork>): Promise<PartCounts> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      child.off("message", hear);
    };
    const hear = (said: unknown) => {
      const message = said as PartMessage<unknown> | CountsMessage;
      if (message.type !== "counts") return;
      done();
      resolve(message.counts);
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error(`${child.spawnargs[1]} does not say what it has counted`));
    }, counts_ms_max);
    child.on("message", hear);
    child.send("counts");
  });
}
