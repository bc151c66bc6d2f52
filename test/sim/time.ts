/** One thing that will happen. */
interface Due {
  readonly at_ms: number;
  /** Breaks ties in the order in which things were planned, so that a run repeats exactly. */
  readonly order: number;
  act: (() => void) | null;
}

/** Time that passes only from one planned event to the next (a binary heap of what is due). */
export class VirtualTime {
  now_ms: number;
  #order = 0;
  readonly #heap: Due[] = [];

  constructor(now_ms: number) {
    this.now_ms = now_ms;
  }

  /** Plans an act for a moment, now at the earliest. @returns takes it back */
  at(at_ms: number, act: () => void): () => void {
    const due: Due = { at_ms: Math.max(at_ms, this.now_ms), order: this.#order++, act };
    this.#push(due);
    return () => {
      due.act = null;
    };
  }

  after(delay_ms: number, act: () => void): () => void {
    return this.at(this.now_ms + delay_ms, act);
  }

  /** Lets the next thing happen. @returns false when nothing is due by `until_ms` */
  next(until_ms: number): boolean {
    for (;;) {
      const due = this.#heap[0];
      if (due === undefined || due.at_ms > until_ms) return false;
      this.#pop();
      if (due.act === null) continue;
      this.now_ms = due.at_ms;
      due.act();
      return true;
    }
  }

  /** Lets everything happen that is due until a moment, and stops there. */
  runUntil(until_ms: number, after: () => void = () => {}): void {
    while (this.next(until_ms)) after();
    this.now_ms = Math.max(this.now_ms, until_ms);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let place = heap.push(due) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isEarlier(due, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const leftDue = heap[left];
      const rightDue = heap[right];
      if (leftDue === undefined) break;
      const [child, due] =
        rightDue !== undefined && isEarlier(rightDue, leftDue)
          ? [right, rightDue]
          : [left, leftDue];
      if (!isEarlier(due, last)) break;
      heap[place] = due;
      place = child;
    }
    heap[place] = last;
  }
}

function isEarlier(a: Due, b: Due): boolean {
  return a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.order < b.order);
}
