/** Outside work under way at once in one room; what is asked for beyond it is not done. */
const tasks_max = 16;

/** Runs outside work for a room, never more than `tasks_max` at once. */
export class Tasks<Task, Answer> {
  readonly #run: (task: Task) => Promise<Answer>;
  readonly #done: (answer: Answer) => void;
  readonly #failed: (error: unknown) => void;
  #underWay = 0;

  constructor(
    run: (task: Task) => Promise<Answer>,
    done: (answer: Answer) => void,
    failed: (error: unknown) => void,
  ) {
    this.#run = run;
    this.#done = done;
    this.#failed = failed;
  }

  /** Begins a task without waiting for it; false when too many are under way already. */
  begin(task: Task): boolean {
    if (this.#underWay >= tasks_max) return false;
    this.#underWay += 1;
    void this.#finish(task);
    return true;
  }

  async #finish(task: Task): Promise<void> {
    try {
      this.#done(await this.#run(task));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#underWay -= 1;
    }
  }
}
