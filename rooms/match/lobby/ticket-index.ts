import { dimensions, type Traits } from "./traits.ts";

/** Values of one dimension share this many rows of bits; two that share one are told apart later. */
const rows_max = 256;
const bits = 32;

/** Rows of bits, one bit for each place, made when first needed. */
class Rows {
  readonly #rows = new Map<number, Uint32Array>();
  #words: number;

  constructor(words: number) {
    this.#words = words;
  }

  row(number: number): Uint32Array {
    let row = this.#rows.get(number);
    if (row === undefined) {
      row = new Uint32Array(this.#words);
      this.#rows.set(number, row);
    }
    return row;
  }

  rowsOf(values: readonly string[]): Uint32Array[] {
    return [...new Set(values.map(rowNumber))].map((number) => this.row(number));
  }

  grow(words: number): void {
    this.#words = words;
    for (const [number, row] of this.#rows) {
      const larger = new Uint32Array(words);
      larger.set(row);
      this.#rows.set(number, larger);
    }
  }
}

interface Dimension {
  readonly has: Rows;
  readonly takes: Rows;
  /** Row 0 alone: who takes anybody. */
  readonly takesAny: Rows;
}

/**
 * Who waits, by what they are and what they take: a bitmap index (O'Neil and Quass, "Improved query
 * performance with variant indexes", 1997), in which each value of each dimension has a row with a
 * bit for every place. Whom somebody fits, both ways, is a few dozen ORs and ANDs over words of 32
 * people: with 10,000 waiting some tens of microseconds, whatever they wish for.
 */
export class TicketIndex {
  readonly #places = new Map<string, { readonly place: number; readonly traits: Traits }>();
  readonly #memberAt: (string | undefined)[] = [];
  readonly #free: number[] = [];
  #words = 4;
  readonly #dimensions: readonly Dimension[] = dimensions.map(() => ({
    has: new Rows(this.#words),
    takes: new Rows(this.#words),
    takesAny: new Rows(this.#words),
  }));

  get size(): number {
    return this.#places.size;
  }

  has(member: string): boolean {
    return this.#places.has(member);
  }

  traits(member: string): Traits | undefined {
    return this.#places.get(member)?.traits;
  }

  members(): IterableIterator<string> {
    return this.#places.keys();
  }

  /** Adds somebody, or takes what has changed about them. */
  put(member: string, traits: Traits): void {
    this.remove(member);
    const place = this.#free.pop() ?? this.#memberAt.length;
    this.#memberAt[place] = member;
    while (place >= this.#words * bits) this.#grow();
    this.#places.set(member, { place, traits });
    this.#mark(place, traits, true);
  }

  remove(member: string): void {
    const placed = this.#places.get(member);
    if (placed === undefined) return;
    this.#mark(placed.place, placed.traits, false);
    this.#places.delete(member);
    this.#memberAt[placed.place] = undefined;
    this.#free.push(placed.place);
  }

  /**
   * Everybody who may fit somebody with these traits, in no order. Some may not: values that share a
   * row look alike here (`suit` tells).
   */
  candidates(traits: Traits): string[] {
    const groups: (readonly Uint32Array[])[] = [];
    for (const [index, { has, takes, takesAny }] of this.#dimensions.entries()) {
      const wanted = traits.takes[index] ?? null;
      if (wanted !== null) groups.push(has.rowsOf(wanted));
      groups.push([takesAny.row(0), ...takes.rowsOf(traits.has[index] ?? [])]);
    }
    const found: string[] = [];
    for (let word = 0; word < this.#words; word += 1) {
      let left = -1;
      for (const rows of groups) {
        let any = 0;
        for (const row of rows) any |= row[word] ?? 0;
        left &= any;
        if (left === 0) break;
      }
      while (left !== 0) {
        const bit = 31 - Math.clz32(left);
        left &= ~(1 << bit);
        const member = this.#memberAt[word * bits + bit];
        if (member !== undefined) found.push(member);
      }
    }
    return found;
  }

  #mark(place: number, traits: Traits, on: boolean): void {
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    const set = (row: Uint32Array) => {
      const old = row[word] ?? 0;
      row[word] = on ? old | bit : old & ~bit;
    };
    for (const [index, { has, takes, takesAny }] of this.#dimensions.entries()) {
      for (const row of has.rowsOf(traits.has[index] ?? [])) set(row);
      const wanted = traits.takes[index] ?? null;
      if (wanted === null) set(takesAny.row(0));
      else for (const row of takes.rowsOf(wanted)) set(row);
    }
  }

  #grow(): void {
    this.#words *= 2;
    for (const { has, takes, takesAny } of this.#dimensions)
      for (const rows of [has, takes, takesAny]) rows.grow(this.#words);
  }
}

/** Bytes of an index that has room for so many people, all rows of all dimensions made. */
export function index_bytes_max(people: number): number {
  const words = 2 ** Math.ceil(Math.log2(Math.max(4, people / bits)));
  const rows = dimensions.length * (2 * rows_max + 1);
  return rows * (words * 4 + 128) + people * 160;
}

function rowNumber(value: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1)
    hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (rows_max - 1);
}
