import type { Recorder } from "./driver.ts";

/** Nobody listens: what happens between two runs. */
const nobody: Recorder = { answered() {}, failed() {}, received() {} };
const look_ms = 20;
/** As long as somebody waits for an answer, where nothing else is said. */
const answer_ms_max = 15_000;

/** Something that was asked for without an answer, for a reason in few words. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

/** Something begun that ends once; whatever is said of it after that is not heard. */
export interface Attempt {
  answered(): void;
  /** @param why in few words */
  failed(why: string): void;
  /** Nobody waits for it any more. */
  forget(): void;
  /** Since when it has been due. */
  readonly due_ms: number;
}

/** What a crowd has begun and not ended, and who is told of its end. */
export class Attempts {
  recorder: Recorder = nobody;
  #open = 0;

  /** Runs work that was due then. @returns its result, or undefined when it failed, which is told */
  async of<T>(kind: string, due_ms: number, work: () => Promise<T>): Promise<T | undefined> {
    const attempt = this.begin(kind, due_ms);
    try {
      const result = await work();
      attempt.answered();
      return result;
    } catch (error) {
      attempt.failed(error instanceof Unanswered ? error.message : String(error).slice(0, 80));
      return undefined;
    }
  }

  /** Something went wrong that nobody had asked for. */
  fault(kind: string, why: string): void {
    this.recorder.failed(kind, why);
  }

  /**
   * @param wait_ms_max how long an answer is waited for. What fails counts as if it had taken so long,
   *   or as long as it did: whoever refuses fast is not fast
   */
  begin(kind: string, due_ms: number, wait_ms_max = answer_ms_max): Attempt {
    let open = true;
    this.#open += 1;
    const ending = (told: () => void) => {
      if (!open) return;
      open = false;
      this.#open -= 1;
      told();
    };
    return {
      due_ms,
      answered: () => ending(() => this.recorder.answered(kind, performance.now() - due_ms)),
      failed: (why) =>
        ending(() => {
          const waited_ms = Math.max(wait_ms_max, performance.now() - due_ms);
          this.recorder.failed(kind, why, waited_ms);
        }),
      forget: () => ending(() => {}),
    };
  }

  /** Begins something that counts as lost unless it ends within so long. */
  expect(kind: string, due_ms: number, wait_ms_max: number): Attempt {
    const attempt = this.begin(kind, due_ms, wait_ms_max);
    const timer = setTimeout(() => attempt.failed("lost"), wait_ms_max);
    const ended = <Args extends unknown[]>(end: (...args: Args) => void) => {
      return (...args: Args) => {
        clearTimeout(timer);
        end(...args);
      };
    };
    const { answered, failed, forget } = attempt;
    return { due_ms, answered: ended(answered), failed: ended(failed), forget: ended(forget) };
  }

  /** Waits until all has ended. @returns false when something still had not after so long */
  async settled(wait_ms_max: number): Promise<boolean> {
    const deadline_ms = performance.now() + wait_ms_max;
    while (this.#open > 0) {
      if (performance.now() > deadline_ms) return false;
      await new Promise((resolve) => setTimeout(resolve, look_ms));
    }
    return true;
  }

  /** From now on nobody listens. */
  hush(): void {
    this.recorder = nobody;
  }
}
