import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BatchReport } from "../../platform/jobs/consume.ts";
import type { JobTimes } from "../../platform/jobs/limits.ts";
import type { JobQueue } from "../../platform/jobs/queue.ts";
import type { Random } from "../../platform/testing/random.ts";
import type { FaultBatch, FaultWorkerMessage, FaultWorkerOptions } from "./jobs-worker.ts";

/** Everything happens within seconds, so that many deaths fit into one test. */
export const faultTimes: JobTimes = {
  lease_ms: 1_000,
  heartbeat_ms: 250,
  progress_ms: 250,
  unwind_ms: 200,
  early_ms: 100,
  redispatch_ms: 1_500,
  retryBase_ms: 50,
};

/** A second of the queue's, in the haste of this world. */
const second_ms = 300;

interface Held {
  readonly n: number;
  readonly body: string;
  readonly at_ms: number;
}

/** A queue that delivers at least once when it can: it loses some messages and doubles others. */
export class FaultyQueue implements JobQueue {
  readonly lost = { count: 0 };
  readonly #random: Random;
  #held: Held[] = [];
  #next = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  async send(id: string, delay_s: number): Promise<void> {
    const luck = this.#random.next();
    if (luck < 0.1) this.lost.count += 1;
    else this.put(id, delay_s);
    if (luck > 0.9) this.put(id, delay_s);
  }

  async sendMany(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.send(id, 0);
  }

  put(body: string, delay_s = 0): void {
    this.#next += 1;
    const at_ms = performance.now() + delay_s * second_ms;
    this.#held.push({ n: this.#next, body, at_ms });
  }

  /** Takes up to `count` messages that are due. */
  take(count: number): readonly Held[] {
    const now_ms = performance.now();
    const due = this.#held.filter(({ at_ms }) => at_ms <= now_ms).slice(0, count);
    this.#held = this.#held.filter((message) => !due.includes(message));
    return due;
  }
}

/** The worker as one file, because a process that reads one file starts several times as fast. */
export async function bundleFaultWorker(folder: string): Promise<string> {
  const outfile = join(folder, "worker.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./jobs-worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "silent",
  });
  return outfile;
}

/** One worker's process, and what it has in hand. */
export class FaultWorker {
  readonly name: string;
  readonly reports: BatchReport[] = [];
  ready = false;
  readonly inHand = new Map<number, string>();
  busy = false;
  readonly #child: ChildProcess;
  readonly #queue: FaultyQueue;

  /** @param entry from `bundleFaultWorker` */
  constructor(entry: string, options: FaultWorkerOptions, queue: FaultyQueue) {
    this.name = options.name;
    this.#queue = queue;
    this.#child = fork(entry, [JSON.stringify(options)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    this.#child.on("message", (message) => this.#hear(message as FaultWorkerMessage));
    // A send may meet a process that has just died; its exit says all that matters.
    this.#child.on("error", () => {});
  }

  get dead(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  give(messages: readonly Held[]): void {
    this.busy = true;
    for (const { n, body } of messages) this.inHand.set(n, body);
    const batch: FaultBatch = { messages: messages.map(({ n, body }) => ({ n, body })) };
    this.#child.send(batch, () => {});
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  /** `kill -9`. What it had in hand goes back to the queue. */
  async kill(): Promise<void> {
    if (!this.dead) {
      const exited = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await exited;
    }
    for (const body of this.inHand.values()) this.#queue.put(body);
    this.inHand.clear();
  }

  #hear(message: FaultWorkerMessage): void {
    if (message.type === "ready") this.ready = true;
    else if (message.type === "end") {
      this.busy = false;
      this.reports.push(message.report);
    } else {
      const body = this.inHand.get(message.n);
      this.inHand.delete(message.n);
      if (message.type === "retry" && body !== undefined)
        this.#queue.put(body, message.delaySeconds);
    }
  }
}

/** Somebody outside who takes charges, each idempotency key once, however often it is sent. */
export interface Cashier {
  readonly url: string;
  /** How often each key came; the charge was made the first time. */
  readonly asked: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export async function startCashier(): Promise<Cashier> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = String(request.headers["idempotency-key"]);
    asked.set(key, (asked.get(key) ?? 0) + 1);
    response.end("taken");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
