/** Something due at a moment, of the member named. */
export interface Due {
  readonly at_ms: number;
  readonly member: string;
}

/**
 * The soonest of many moments: a binary heap. What is no longer true of a member is not searched
 * for and taken out; whoever pops it finds that out.
 */
export class DueHeap {
  #heap: Due[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Due | undefined {
    return this.#heap[0];
  }

  push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at_ms <= due.at_ms) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const right = b !== undefined && b.at_ms < a.at_ms;
      const child = right ? b : a;
      if (child.at_ms >= last.at_ms) break;
      heap[at] = child;
      at = right ? left + 1 : left;
    }
    heap[at] = last;
    return first;
  }

  /** Begins again with these. */
  reset(dues: Iterable<Due>): void {
    this.#heap = [];
    for (const due of dues) this.push(due);
  }
}
