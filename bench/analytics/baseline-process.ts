import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type BaselineMessage, baselineMessageSchema } from "./baseline.ts";
import { batch_events, batchOf } from "./load.ts";

type Figures = Omit<Extract<BaselineMessage, { type: "empty" }>, "type">;
const empty_ms_max = 120_000;

/** The document's writer, as a process of its own. */
export class Baseline {
  readonly #child: ChildProcess;
  #url = "";
  /** What it said of itself when its array was last empty. */
  #figures: Figures = { flushed: 0, dropped: 0, cpu_us: 0 };

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (said) => {
      const message = baselineMessageSchema.parse(said);
      if (message.type === "listening") this.#url = message.url;
      else this.#figures = message;
    });
  }

  static async start(databaseUrl: string): Promise<Baseline> {
    const entry = fileURLToPath(new URL("./baseline.ts", import.meta.url));
    const baseline = new Baseline(
      fork(entry, [JSON.stringify({ databaseUrl })], {
        execArgv: ["--disable-warning=ExperimentalWarning"],
      }),
    );
    await baseline.#until(() => baseline.#url !== "");
    return baseline;
  }

  /**
   * Sends batches, each when the one before it is written: so that it drops none. Its processor time
   * is that from one empty array to the next, and nobody asks it for anything in between.
   */
  async load(batches: number): Promise<{ readonly took_s: number; readonly cpu_us: number }> {
    const texts = Array.from({ length: batches }, (_, n) => batchOf(n).text);
    const before = this.#figures;
    const began_ms = performance.now();
    let sent = before.flushed;
    for (const body of texts) {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${this.#url}/events`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(`the baseline answered ${response.status}`);
      await response.text();
      sent += batch_events;
      const all = sent;
      await this.#until(() => this.#figures.flushed + this.#figures.dropped >= all);
    }
    if (this.#figures.dropped > before.dropped) throw new Error("the baseline dropped events");
    return {
      took_s: (performance.now() - began_ms) / 1000,
      cpu_us: this.#figures.cpu_us - before.cpu_us,
    };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  /** Waits until what it says makes something true. */
  async #until(met: () => boolean): Promise<void> {
    const late = AbortSignal.timeout(empty_ms_max);
    while (!met()) {
      if (this.#child.exitCode !== null) throw new Error("the baseline has ended");
      await once(this.#child, "message", { signal: late });
    }
  }
}
