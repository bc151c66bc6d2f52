import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { EngineUnreachableError } from "../errors.ts";
import type { ThreadMessage, ThreadOptions } from "./thread.ts";

/** Making a data folder takes PGlite 5 to 10 s, on a slow machine several times that. */
const ready_ms_max = 60_000;
const stop_ms_max = 4_000;
/** Starts in a row that may fail before no further one is tried. */
const failures_max = 3;
const restart_pause_ms = 200;

/**
 * Keeps the PGlite thread running: starts it, starts it again when it broke or had to be ended, and
 * tells who asks whether it is ready.
 */
export class PgliteSupervisor {
  readonly #options: ThreadOptions;
  #worker: Worker | undefined;
  #ready: Promise<string>;
  #stopping = false;

  constructor(options: Omit<ThreadOptions, "running">) {
    this.#options = { ...options, running: new Int32Array(new SharedArrayBuffer(4)) };
    this.#ready = this.#start();
    this.#ready.catch(() => {});
  }

  /** Resolves to the version once statements can be run. @throws EngineUnreachableError */
  ready(): Promise<string> {
    return this.#ready;
  }

  /** The connection whose statement runs at this moment, by its process id; 0 for none. */
  get runningBackend(): number {
    return Atomics.load(this.#options.running, 0);
  }

  /**
   * Ends the thread in the middle of whatever it does. To its data this is a crash, which Postgres
   * repairs from its log at the next start; to its clients the connection is lost.
   */
  async interrupt(): Promise<void> {
    await this.#worker?.terminate();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ready.catch(() => {});
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = once(worker, "exit");
    worker.postMessage("stop");
    await Promise.race([exited, delay(stop_ms_max, undefined, { ref: false })]);
    await worker.terminate();
  }

  async #start(): Promise<string> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.#startOnce();
      } catch (error) {
        if (failures === failures_max || this.#stopping) throw error;
        await delay(restart_pause_ms);
      }
    }
  }

  async #startOnce(): Promise<string> {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: this.#options,
      // PGlite's own messages are noise to whoever runs the stack.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    try {
      const version = await firstAnswer(worker, this.#options.folder);
      this.#worker = worker;
      worker.once("exit", () => this.#onExit());
      return version;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  #onExit(): void {
    this.#worker = undefined;
    Atomics.store(this.#options.running, 0, 0);
    if (this.#stopping) return;
    this.#ready = this.#start();
    this.#ready.catch(() => {});
  }
}

function firstAnswer(worker: Worker, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(
        new EngineUnreachableError(
          `PGlite did not start on ${folder} (${reason}): if its data is damaged or of another ` +
            "Postgres version, npm run reset clears it",
        ),
      );
    };
    const timer = setTimeout(() => fail(`not ready after ${ready_ms_max} ms`), ready_ms_max);
    worker.on("error", (error) => fail(String(error)));
    worker.once("exit", (code) => fail(`its thread ended with ${code}`));
    worker.on("message", (message: ThreadMessage) => {
      if (message.type === "failed") fail(message.message);
      if (message.type !== "ready") return;
      clearTimeout(timer);
      resolve(message.version);
    });
  });
}
