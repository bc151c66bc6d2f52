/** Numbers by name that wait to be written; never more than a fixed count of names. */
export interface Sums {
  /** @returns false when the name is new and there is no room for it: the amount is lost */
  add(name: string, amount: number): boolean;
  /** Takes up to `names_max` of them out, oldest name first. */
  take(names_max: number): ReadonlyMap<string, number>;
  entries(): Iterable<readonly [name: string, amount: number]>;
  readonly size: number;
  /** About how much memory they hold. */
  readonly bytes: number;
}

/** A map's entry and a number beside the name's own characters, as V8 keeps them; an estimate. */
const entry_bytes = 64;

export function createSums(names_max: number): Sums {
  const sums = new Map<string, number>();
  let characters = 0;
  const forget = (name: string) => {
    if (sums.delete(name)) characters -= name.length;
  };
  return {
    add(name, amount) {
      if (amount === 0) return true;
      const known = sums.get(name);
      if (known === undefined) {
        if (sums.size >= names_max) return false;
        characters += name.length;
      }
      const sum = (known ?? 0) + amount;
      // What went up and down by as much needs no command.
      if (sum === 0) forget(name);
      else sums.set(name, sum);
      return true;
    },
    take(names_max) {
      const taken = new Map([...sums].slice(0, names_max));
      for (const name of taken.keys()) forget(name);
      return taken;
    },
    entries: () => sums.entries(),
    get size() {
      return sums.size;
    },
    get bytes() {
      return characters + sums.size * entry_bytes;
    },
  };
}
