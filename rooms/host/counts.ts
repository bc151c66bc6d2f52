/** Sums by name since the object woke. */
export interface Counts {
  add(name: string, amount: number): void;
  read(): ReadonlyMap<string, number>;
}

const names_max = 64;

/** Counts in memory, for as many names as a machine reasonably has; further ones share `other`. */
export function createCounts(): Counts {
  const sums = new Map<string, number>();
  return {
    add(name, amount) {
      const key = sums.has(name) || sums.size < names_max ? name : "other";
      sums.set(key, (sums.get(key) ?? 0) + amount);
    },
    read: () => sums,
  };
}
